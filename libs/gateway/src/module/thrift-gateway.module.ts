import {
  type DynamicModule,
  type FactoryProvider,
  Inject,
  Module,
  type NestModule,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Schema } from '@nestjs-thrift/idl/http';
import { ThriftModule } from '@nestjs-thrift/microservice';
import { INJECTED } from '@nestjs-thrift/microservice/internal';
import {
  callback,
  type OptionsOf,
  pickOptions,
  required,
  type Resolved,
  resolveOptions,
} from '@nestjs-thrift/transport/internal';
import { GatewayExceptionFilter } from './gateway-exception.filter.js';
import {
  GATEWAY_DEFINITION,
  GATEWAY_OPTIONS_TOKEN,
  type GatewayClient,
  type GatewayDefinition,
} from './gateway-definition.js';
import {
  GATEWAY_OPTIONS,
  GATEWAY_ROUTES,
  type ThriftGatewayOptions,
  type ThriftGatewayRoutes,
  type ThriftGatewayService,
} from './gateway-options.js';
import { type RouteController, routeControllers, setRouterPaths } from './route-controllers.js';
import { routeSlots } from './route-slot.js';
import { NDJSON_TYPE } from '../stream/stream-format.js';
import { ThriftGateway } from './thrift-gateway.js';

const GATEWAY_CONTROLLERS = Symbol('GATEWAY_CONTROLLERS');

/** The routes of a gateway, and how it serves them. */
export interface ThriftGatewayModuleOptions extends ThriftGatewayRoutes, ThriftGatewayOptions {}

/** Options of `ThriftGatewayModule.forRootAsync`. */
export const ASYNC_GATEWAY_OPTIONS = {
  ...GATEWAY_ROUTES,
  /** Makes the options. */
  useFactory:
    required(
      callback<
        (...dependencies: never[]) => ThriftGatewayOptions | Promise<ThriftGatewayOptions>
      >(),
    ),
  /** What the factory is called with. @defaultValue none */
  inject: INJECTED,
};

/** The routes of a gateway, and a factory of the options of how it serves them. */
export interface ThriftGatewayModuleAsyncOptions extends OptionsOf<typeof ASYNC_GATEWAY_OPTIONS> {}

type BodyParser = (
  request: unknown,
  body: unknown,
  done: (error: null, body?: unknown) => void,
) => void;

/** Fastify's instance, which takes parsers of bodies until it is ready. */
interface FastifyInstance {
  hasContentTypeParser(type: string): boolean;
  addContentTypeParser(
    type: string,
    options: { readonly parseAs: 'buffer' },
    parse: BodyParser,
  ): unknown;
  addContentTypeParser(type: string, parse: BodyParser): unknown;
}

/**
 * HTTP routes of Thrift services, from the `api.*` annotations of their IDL. The routes are those of generated controllers: guards,
 * interceptors, filters, prefixes and versions work as for any other.
 *
 * @example
 * ```ts
 * const app = await NestFactory.create(AppModule, { rawBody: true });
 *
 * @Module({
 *   imports: [
 *     ThriftModule.forRoot({}),
 *     ThriftModule.forFeature([{ name: 'users', service: UserService, endpoints: ['127.0.0.1:8888'] }]),
 *     ThriftGatewayModule.forRoot({
 *       idl: { path: 'idl/user.thrift' },
 *       services: [{ service: UserService, client: 'users' }],
 *     }),
 *   ],
 * })
 * class AppModule {}
 * ```
 */
@Module({})
export class ThriftGatewayModule implements NestModule {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    @Inject(GATEWAY_CONTROLLERS) private readonly controllers: readonly RouteController[],
  ) {}

  /**
   * Makes the routes.
   *
   * @throws TypeError that names every wrong option; IdlError for IDL that cannot be loaded, and for routes that cannot be served, with
   *   their lines; Error for options that name what the IDL does not have.
   */
  static async forRoot(options: ThriftGatewayModuleOptions): Promise<DynamicModule> {
    const routes = resolveOptions('gateway', { ...GATEWAY_ROUTES, ...GATEWAY_OPTIONS }, options);
    const settings = pickOptions(GATEWAY_OPTIONS, options);
    return define(routes, { provide: GATEWAY_OPTIONS_TOKEN, useFactory: () => settings });
  }

  /** As {@link ThriftGatewayModule.forRoot}, with options from the container; the routes cannot wait for it. */
  static async forRootAsync(options: ThriftGatewayModuleAsyncOptions): Promise<DynamicModule> {
    const { useFactory, inject, ...routes } = resolveOptions(
      'gateway',
      ASYNC_GATEWAY_OPTIONS,
      options,
    );
    const provider = { provide: GATEWAY_OPTIONS_TOKEN, useFactory, inject: [...(inject ?? [])] };
    return define(routes, provider);
  }

  /** Nest calls it when the adapter is known, and before it reads routes. */
  configure(): void {
    const { httpAdapter } = this.adapterHost;
    const adapter = httpAdapter.getType();
    setRouterPaths(this.controllers, adapter);
    if (adapter === 'fastify') {
      takeAllBodies(httpAdapter.getInstance<FastifyInstance>());
    }
  }
}

async function define(
  routes: Resolved<typeof GATEWAY_ROUTES>,
  options: FactoryProvider,
): Promise<DynamicModule> {
  const { idl, services, expose, override = {}, decorate, imports = [] } = routes;
  const { i64, path, ...loadOptions } = idl;
  const { loadSchema } = await import('@nestjs-thrift/idl/loader');
  const schema = loadSchema(path, loadOptions);
  const slots = routeSlots(schema, routes);
  const clients = services.map(clientOf);
  const controllers = routeControllers(slots, decorate);
  const definition: GatewayDefinition = {
    schema,
    slots,
    clients,
    override,
    expose,
    i64: i64 ?? 'bigint',
  };
  const ownClients = await features(services, schema, i64);
  return {
    module: ThriftGatewayModule,
    imports: [...imports, ...(ownClients.length > 0 ? [ThriftModule.forFeature(ownClients)] : [])],
    controllers: controllers.map(({ type }) => type),
    providers: [
      options,
      { provide: GATEWAY_DEFINITION, useValue: definition },
      { provide: GATEWAY_CONTROLLERS, useValue: controllers },
      ThriftGateway,
      GatewayExceptionFilter,
    ],
    exports: [ThriftGateway],
  };
}

function clientOf(entry: ThriftGatewayService): GatewayClient {
  const { service } = entry;
  const name = typeof service === 'string' ? service : service.name;
  const clientName = 'client' in entry ? entry.client : `gateway:${name}`;
  return { service, name, clientName };
}

/** The clients that services bring along. Their definitions are compiled here: the IDL of the gateway need not be that of ThriftModule. */
async function features(
  services: readonly ThriftGatewayService[],
  schema: Schema,
  i64: GatewayDefinition['i64'] | undefined,
) {
  const own = services.filter((entry) => !('client' in entry));
  if (own.length === 0) {
    return [];
  }
  const { compileSchema } = await import('@nestjs-thrift/codec/compiler');
  // A result that the IDL does not describe is a failure of the call: a result without the field would look whole.
  const compiled = compileSchema(schema, { i64: i64 ?? 'bigint', mismatchedFields: 'error' });
  return own.map(({ service, ...options }) => ({
    ...options,
    name: `gateway:${typeof service === 'string' ? service : service.name}`,
    service: typeof service === 'string' ? compiled.service(referenceOf(schema, service)) : service,
  }));
}

function referenceOf(schema: Schema, name: string): { file: string; name: string } {
  const { root, files } = schema;
  const defining = Object.values(files).filter((file) =>
    file.services.some((service) => service.name === name),
  );
  const file = defining.find(({ path }) => path === root) ?? defining[0];
  return { file: file?.path ?? root, name };
}

/** Fastify refuses types that it has no parser for, and requests without a type. */
function takeAllBodies(fastify: FastifyInstance): void {
  if (!fastify.hasContentTypeParser(NDJSON_TYPE)) {
    // Not read here: its lines are messages as they come.
    fastify.addContentTypeParser(NDJSON_TYPE, (_request, _body, done) => done(null));
  }
  if (!fastify.hasContentTypeParser('*')) {
    fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
  }
}
