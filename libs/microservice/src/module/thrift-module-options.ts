import { ConfigurableModuleBuilder, type Provider, type Type } from '@nestjs/common';
import {
  asGiven,
  callback,
  flag,
  group,
  listOf,
  option,
  type OptionsOf,
  required,
  resolveOption,
  resolveOptions,
  text,
} from '@nestjs-thrift/transport/internal';
import { THRIFT_CLIENT_OPTIONS } from '../client/thrift-client-options.js';
import { serviceName } from '../decorators/handler-binding.js';
import { SERVICE } from '../decorators/require-service.js';
import { GOVERNANCE } from '../governance/governance-config.js';
import { IDL } from '../idl/compile-idl.js';
import { THRIFT_SERVER_OPTIONS } from '../server/thrift-server-options.js';
import { INJECTED, MODULES } from './nest-options.js';

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

const { idl: _ofModule, ...SERVER } = THRIFT_SERVER_OPTIONS;
const {
  idl: _ofRoot,
  services: _ofFeature,
  connectionsOf: _ofList,
  ...CLIENT
} = THRIFT_CLIENT_OPTIONS;

/** Options of `ThriftModule.forRoot`. */
export const THRIFT_ROOT_OPTIONS = {
  /**
   * Registry name of this process: the `serviceName` of the server, of all clients, of metrics, traces and logs, unless they are given
   * their own.
   *
   * @defaultValue the name of the first service for the server, none for clients
   */
  serviceName: text(),
  /** The ThriftServer of the container; nothing listens before the application connects and starts it. */
  server: asGiven(group(SERVER)),
  /** Defaults of all clients that `forFeature` registers. */
  client: asGiven(group(CLIENT)),
  /** Where services that are given by name come from. The parser is loaded only if this is set. */
  idl: IDL,
  /** Policies of all clients and limits of the server, followed as they change. Default none. */
  governance: GOVERNANCE,
};

/** What `ThriftModule.forRoot` configures. */
export interface ThriftModuleOptions extends OptionsOf<typeof THRIFT_ROOT_OPTIONS> {}

/**
 * Checks what a factory made for `forRoot`, whose type may allow more than the module reads.
 *
 * @throws TypeError that names each wrong option.
 */
export function checkModuleOptions(options: ThriftModuleOptions | undefined): void {
  if (options === undefined || options === null) {
    throw new TypeError(
      `ThriftModule.forRoot has no options: its factory returned ${String(options)}`,
    );
  }
  resolveOptions('ThriftModule.forRoot', THRIFT_ROOT_OPTIONS, options);
}

/** @throws TypeError that names each wrong option of a call of `forRoot`. */
export function checkRoot(given: unknown): void {
  resolveOption('ThriftModule.forRoot', group({ ...THRIFT_ROOT_OPTIONS, ...SCOPE }), given);
}

/** @throws TypeError that names each wrong option of a call of `forRootAsync`. */
export function checkAsyncRoot(given: unknown): void {
  resolveOption('ThriftModule.forRootAsync', group(ASYNC_ROOT_OPTIONS), given);
}

/** @throws TypeError that names the service called and each wrong option. */
export function checkFeatureOptions(options: ThriftFeatureOptions): void {
  resolveOptions(`client(${serviceName(options.service)})`, THRIFT_FEATURE_OPTIONS, options);
}

/** Options of a client of `forFeature`. */
export const THRIFT_FEATURE_OPTIONS = {
  ...CLIENT,
  /** The service that is called: the generated definition, or its name in the IDL of `forRoot`. */
  service: required(SERVICE),
};

/** Makes {@link ThriftModuleOptions}, for `forRootAsync({ useClass })`. */
export interface ThriftOptionsFactory {
  createThriftOptions(): ThriftModuleOptions | Promise<ThriftModuleOptions>;
}

/** How one client differs from the defaults of the module. */
export interface ThriftFeatureOptions extends OptionsOf<typeof THRIFT_FEATURE_OPTIONS> {}

/** Options that tell clients of a list apart. */
export const FEATURE_NAMES = {
  /** Name for `@InjectThriftClient(name)`. */
  name: required(text()),
  /**
   * Name of another client of the same list whose connections this one uses, for two services at one address. All options of
   * connections are those of that client.
   *
   * @defaultValue none: the client has its own connections
   */
  connectionsOf: text(),
};

/** A client to register: the name it is injected by, and how it calls. */
export interface ThriftFeature extends ThriftFeatureOptions, OptionsOf<typeof FEATURE_NAMES> {}

/** Makes {@link ThriftFeatureOptions}, for `forFeatureAsync({ useClass })`. */
export interface ThriftFeatureOptionsFactory {
  createThriftFeatureOptions(): ThriftFeatureOptions | Promise<ThriftFeatureOptions>;
}

type Factory = (...dependencies: never[]) => ThriftFeatureOptions | Promise<ThriftFeatureOptions>;

/** Options of a client of `forFeatureAsync`. */
export const ASYNC_FEATURE_OPTIONS = {
  ...FEATURE_NAMES,
  /** Modules with what the factory depends on. @defaultValue none */
  imports: MODULES,
  /** A provider that makes the options. */
  useExisting: factoryClass<ThriftFeatureOptionsFactory>(),
  /** A class that is instantiated to make the options. */
  useClass: factoryClass<ThriftFeatureOptionsFactory>(),
  /** A function that makes the options. */
  useFactory: callback<Factory>(),
  /** What the function is called with. @defaultValue none */
  inject: INJECTED,
};

/** A client to register whose options come from the container: give one of `useFactory`, `useClass` and `useExisting`. */
export interface ThriftFeatureAsyncOptions extends OptionsOf<typeof ASYNC_FEATURE_OPTIONS> {}

function factoryClass<Factory>() {
  return option<Type<Factory>>('a class', (value) => typeof value === 'function');
}

/** Who sees what a module registers. */
const SCOPE = { isGlobal: flag() };

/** Options of `ThriftModule.forRootAsync`: those of Nest's ConfigurableModuleBuilder. */
const ASYNC_ROOT_OPTIONS = {
  ...SCOPE,
  imports: MODULES,
  useExisting: factoryClass<ThriftOptionsFactory>(),
  useClass: factoryClass<ThriftOptionsFactory>(),
  useFactory: callback(),
  inject: INJECTED,
  provideInjectionTokensFrom: listOf(option<Provider>('a provider', Boolean)),
};
