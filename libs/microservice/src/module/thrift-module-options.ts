import {
  ConfigurableModuleBuilder,
  type FactoryProvider,
  type ModuleMetadata,
  type Type,
} from '@nestjs/common';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { ThriftClientOptions } from '../client/thrift-client-options.js';
import type { GovernanceOptions } from '../governance/governance-config.js';
import type { IdlOptions } from '../idl/compile-idl.js';
import type { ThriftServerOptions } from '../server/thrift-server-options.js';

/** Token of the {@link ThriftModuleOptions} the application was configured with. */
export const THRIFT_MODULE_OPTIONS = Symbol('THRIFT_MODULE_OPTIONS');

export const { ConfigurableModuleClass, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<ThriftModuleOptions>({
    optionsInjectionToken: THRIFT_MODULE_OPTIONS,
  })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createThriftOptions')
    // Global by default, because `forFeature` in any module builds on what was configured here.
    .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({
      ...definition,
      global: isGlobal,
    }))
    .build();

/** What `ThriftModule.forRoot` configures. */
export interface ThriftModuleOptions {
  /**
   * Registry name of this process: the `serviceName` of the server and of all clients, unless they are given their own.
   *
   * @defaultValue the name of the first service for the server, none for clients
   */
  readonly serviceName?: string;
  /** The {@link ThriftServer} of the container; nothing listens before the application connects and starts it. */
  readonly server?: Omit<ThriftServerOptions, 'idl'>;
  /** Defaults of all clients that `forFeature` registers. */
  readonly client?: Omit<Partial<ThriftClientOptions>, 'services' | 'idl' | 'connectionsOf'>;
  /** Where services that are given by name come from. The parser is loaded only if this is set. */
  readonly idl?: IdlOptions;
  /** Policies of all clients and limits of the server, followed as they change. Default none. */
  readonly governance?: GovernanceOptions;
}

/** Makes {@link ThriftModuleOptions}, for `forRootAsync({ useClass })`. */
export interface ThriftOptionsFactory {
  createThriftOptions(): ThriftModuleOptions | Promise<ThriftModuleOptions>;
}

/** How one client differs from the defaults of the module. */
export interface ThriftFeatureOptions extends Partial<
  Omit<ThriftClientOptions, 'services' | 'idl' | 'connectionsOf'>
> {
  /** The service that is called: the generated definition, or its name in the IDL of `forRoot`. */
  readonly service: ServiceDefinition | string;
}

/** A client to register: the name it is injected by, and how it calls. */
export interface ThriftFeature extends ThriftFeatureOptions {
  /** Name for `@InjectThriftClient(name)`. */
  readonly name: string;
  /**
   * Name of another client of the same list whose connections this one uses, for two services at one address. All options of
   * connections are those of that client.
   *
   * @defaultValue none: the client has its own connections
   */
  readonly connectionsOf?: string;
}

/** Makes {@link ThriftFeatureOptions}, for `forFeatureAsync({ useClass })`. */
export interface ThriftFeatureOptionsFactory {
  createThriftFeatureOptions(): ThriftFeatureOptions | Promise<ThriftFeatureOptions>;
}

/** A client to register whose options come from the container: give one of `useFactory`, `useClass` and `useExisting`. */
export interface ThriftFeatureAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  /** Name for `@InjectThriftClient(name)`. */
  readonly name: string;
  /** Name of another client of the same list whose connections this one uses, as in {@link ThriftFeature}. */
  readonly connectionsOf?: string;
  /** A provider that makes the options. */
  readonly useExisting?: Type<ThriftFeatureOptionsFactory>;
  /** A class that is instantiated to make the options. */
  readonly useClass?: Type<ThriftFeatureOptionsFactory>;
  /** A function that makes the options. */
  readonly useFactory?: (
    ...dependencies: never[]
  ) => ThriftFeatureOptions | Promise<ThriftFeatureOptions>;
  /** What the function is called with. */
  readonly inject?: FactoryProvider['inject'];
}
