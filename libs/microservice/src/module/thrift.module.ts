import { type DynamicModule, Module } from '@nestjs/common';
import {
  getThriftClientProxyToken,
  getThriftClientToken,
} from '../client/thrift-client-options.js';
import { THRIFT_IDL, compileIdl } from '../idl/compile-idl.js';
import { ThriftGovernanceConfig } from '../governance/governance-config.js';
import { BareHandlers } from '../server/bare-handlers.js';
import { ThriftServer } from '../server/thrift-server.js';
import { UnusedServerWarning } from '../server/unused-server-warning.js';
import { asyncFeatureProviders, featureProviders } from './feature-providers.js';
import {
  type ThriftFeature,
  type ThriftFeatureAsyncOptions,
  type ThriftModuleOptions,
  ConfigurableModuleClass,
  THRIFT_MODULE_OPTIONS,
} from './thrift-module-options.js';

/**
 * Thrift for a Nest application. `forRoot` configures the server and the defaults of clients once; `forFeature` registers
 * clients where they are used.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     ThriftModule.forRoot({ serviceName: 'example.gateway', server: { port: 8888 } }),
 *     ThriftModule.forFeature([{ name: 'users', service: UserService, endpoints: ['127.0.0.1:8888'] }]),
 *   ],
 * })
 * class AppModule {}
 * ```
 */
@Module({})
export class ThriftModule extends ConfigurableModuleClass {
  /**
   * Configures Thrift once in the application: `{ serviceName, server, client, idl, isGlobal }`. With `isGlobal: false` the options
   * and the server are seen only by modules that import this very module; the default is true.
   */
  static override forRoot(options: Parameters<typeof ConfigurableModuleClass.forRoot>[0]) {
    return withServer(super.forRoot(options));
  }

  /** As {@link ThriftModule.forRoot}, with options from `useFactory`, `useClass` or `useExisting`. */
  static override forRootAsync(
    options: Parameters<typeof ConfigurableModuleClass.forRootAsync>[0],
  ) {
    return withServer(super.forRootAsync(options));
  }

  /** Registers clients for the importing module, each under its name for `@InjectThriftClient(name)`. */
  static forFeature(features: readonly ThriftFeature[]): DynamicModule {
    return {
      module: ThriftModule,
      providers: features.flatMap(featureProviders),
      exports: features.flatMap(exportsOf),
    };
  }

  /** As {@link ThriftModule.forFeature}, with options from `useFactory`, `useClass` or `useExisting`. */
  static forFeatureAsync(features: readonly ThriftFeatureAsyncOptions[]): DynamicModule {
    return {
      module: ThriftModule,
      imports: features.flatMap((feature) => feature.imports ?? []),
      providers: features.flatMap(asyncFeatureProviders),
      exports: features.flatMap(exportsOf),
    };
  }
}

function withServer(definition: DynamicModule): DynamicModule {
  return {
    ...definition,
    providers: [
      ...(definition.providers ?? []),
      BareHandlers,
      {
        provide: ThriftGovernanceConfig,
        inject: [THRIFT_MODULE_OPTIONS],
        useFactory: ({ governance }: ThriftModuleOptions) =>
          ThriftGovernanceConfig.open(governance),
      },
      {
        provide: ThriftServer,
        inject: [THRIFT_MODULE_OPTIONS, ThriftGovernanceConfig, BareHandlers],
        useFactory: (
          { serviceName, server, idl }: ThriftModuleOptions,
          { source }: ThriftGovernanceConfig,
          bareHandlers: BareHandlers,
        ) => new ThriftServer({ config: source, serviceName, ...server, idl }, bareHandlers),
      },
      {
        provide: UnusedServerWarning,
        inject: [THRIFT_MODULE_OPTIONS, ThriftServer],
        useFactory: ({ server }: ThriftModuleOptions, thriftServer: ThriftServer) =>
          new UnusedServerWarning(thriftServer, server !== undefined),
      },
      {
        provide: THRIFT_IDL,
        inject: [THRIFT_MODULE_OPTIONS],
        useFactory: ({ idl }: ThriftModuleOptions) => idl && compileIdl(idl),
      },
    ],
    exports: [
      ...(definition.exports ?? []),
      THRIFT_MODULE_OPTIONS,
      THRIFT_IDL,
      ThriftGovernanceConfig,
      ThriftServer,
    ],
  };
}

function exportsOf({ name }: { readonly name: string }): string[] {
  return [getThriftClientToken(name), getThriftClientProxyToken(name)];
}
