import { type DynamicModule, type INestApplication, Module } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import {
  getThriftClientProxyToken,
  getThriftClientToken,
} from '../client/thrift-client-options.js';
import { THRIFT_IDL, compileIdl } from '../idl/compile-idl.js';
import { ThriftGovernanceConfig } from '../governance/governance-config.js';
import { BareHandlers, inheritConfiguration } from '../server/bare-handlers.js';
import { ThriftServer } from '../server/thrift-server.js';
import { UnusedServerWarning } from '../server/unused-server-warning.js';
import { ContainerObservers, ThriftObserverModule } from './thrift-observer.module.js';
import { asyncFeatureProviders, featureProviders, checkFeatures } from './feature-providers.js';
import { optionsFactory } from './options-factory.js';
import { requireSingleRoot } from './registered-once.js';
import {
  type ThriftFeature,
  type ThriftFeatureAsyncOptions,
  type ThriftModuleOptions,
  checkAsyncRoot,
  checkModuleOptions,
  checkRoot,
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
    checkRoot(options);
    return withServer(super.forRoot(options));
  }

  /** As {@link ThriftModule.forRoot}, with options from `useFactory`, `useClass` or `useExisting`. */
  static override forRootAsync(
    options: Parameters<typeof ConfigurableModuleClass.forRootAsync>[0],
  ) {
    checkAsyncRoot(options);
    const { providers, inject, useFactory } = optionsFactory(
      'ThriftModule.forRootAsync',
      'createThriftOptions',
      options,
    );
    const { useClass: _ofFactory, useExisting: _alsoOfFactory, ...others } = options;
    const definition = super.forRootAsync({
      ...others,
      inject,
      useFactory: async (...dependencies) => {
        const made = (await useFactory(...dependencies)) as ThriftModuleOptions;
        checkModuleOptions(made);
        return made;
      },
    });
    return withServer({
      ...definition,
      providers: [...(definition.providers ?? []), ...providers],
    });
  }

  /** Registers clients for the importing module, each under its name for `@InjectThriftClient(name)`. */
  static forFeature(features: readonly ThriftFeature[]): DynamicModule {
    checkFeatures('forFeature', features);
    return {
      module: ThriftModule,
      providers: features.flatMap(featureProviders),
      exports: features.flatMap(exportsOf),
    };
  }

  /**
   * What `NestFactory.createMicroservice` needs to serve Thrift by the server of `forRoot`.
   *
   * @param options more options of the microservice, such as `bufferLogs` and `logger`.
   * @throws Error as the application is created, if it does not import `forRoot`.
   *
   * @example
   * ```ts
   * const app = await NestFactory.createMicroservice(AppModule, ThriftModule.microservice());
   * await app.listen();
   * ```
   */
  static microservice<const Options extends object = object>(
    options?: Options,
  ): AsyncMicroserviceOptions & Options {
    return {
      ...(options as Options),
      inject: [ModulesContainer],
      useFactory: (modules: ModulesContainer) => ({
        strategy: configuredServer(modules, 'ThriftModule.microservice()'),
      }),
    };
  }

  /**
   * Lets an HTTP application serve Thrift too, by the server of `forRoot`; its global pipes, guards, interceptors and filters apply.
   * The server listens after `app.startAllMicroservices()`.
   *
   * @throws Error if the application does not import `forRoot`.
   *
   * @example
   * ```ts
   * const app = await NestFactory.create(AppModule);
   * const server = ThriftModule.connect(app);
   * await app.startAllMicroservices();
   * await app.listen(3000);
   * ```
   */
  static connect(app: INestApplication): ThriftServer {
    const modules = app.get(ModulesContainer, { strict: false });
    const strategy = configuredServer(modules, 'ThriftModule.connect(app)');
    app.connectMicroservice({ strategy }, { inheritAppConfig: true });
    inheritConfiguration(app.get(ApplicationConfig, { strict: false }));
    return strategy;
  }

  /** As {@link ThriftModule.forFeature}, with options from `useFactory`, `useClass` or `useExisting`. */
  static forFeatureAsync(features: readonly ThriftFeatureAsyncOptions[]): DynamicModule {
    checkFeatures('forFeatureAsync', features);
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
    imports: [...(definition.imports ?? []), ThriftObserverModule],
    providers: [
      ...(definition.providers ?? []),
      BareHandlers,
      {
        provide: ThriftGovernanceConfig,
        inject: [THRIFT_MODULE_OPTIONS, ModulesContainer],
        useFactory: (options: ThriftModuleOptions, modules: ModulesContainer) => {
          if (definition.global) {
            requireSingleRoot(modules);
          }
          return ThriftGovernanceConfig.open(options.governance);
        },
      },
      {
        provide: ThriftServer,
        inject: [ThriftGovernanceConfig, THRIFT_MODULE_OPTIONS, BareHandlers, ContainerObservers],
        useFactory: (
          { source }: ThriftGovernanceConfig,
          { serviceName, server, idl }: ThriftModuleOptions,
          bareHandlers: BareHandlers,
          observers: ContainerObservers,
        ) =>
          new ThriftServer({ config: source, serviceName, ...server, idl }, bareHandlers, () =>
            observers.connect(),
          ),
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

/** @throws Error that names `caller` if no module configures a server. */
function configuredServer(modules: ModulesContainer, caller: string): ThriftServer {
  for (const { providers } of modules.values()) {
    const server: unknown = providers.get(ThriftServer)?.instance;
    if (server instanceof ThriftServer) {
      return server;
    }
  }
  throw new Error(
    `${caller} needs the server of ThriftModule.forRoot: import ThriftModule.forRoot({ server: { port } }) in the root module`,
  );
}

function exportsOf({ name }: { readonly name: string }): string[] {
  return [getThriftClientToken(name), getThriftClientProxyToken(name)];
}
