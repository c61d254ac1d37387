import {
  type Annotations,
  type HttpRoute,
  httpRoutes,
  IdlError,
  type Schema,
} from '@nestjs-thrift/idl/http';
import type { RequestBinder } from '../binding/request-binder.js';
import { ROUTE_ORDER } from './route-order.js';
import type { ArgumentsCheck } from './validate-arguments.js';
import type { GatewaySettings, ThriftGatewayRoutes } from './gateway-options.js';

/** Metadata of every generated handler, a {@link ThriftRoute}: for guards and interceptors. */
export const THRIFT_ROUTE = Symbol('THRIFT_ROUTE');

/** What a guard or an interceptor can learn of the route that is served. */
export interface ThriftRoute {
  readonly service: string;
  readonly method: string;
  /** Annotations of the method, those of the application too. */
  readonly annotations: Annotations;
  /** As the IDL has it, such as `/users/:id`. */
  readonly path: string;
  /** `GET`, `POST` …, or `ANY`. */
  readonly verb: string;
}

/** A generated route, known when modules are scanned; its binder is, when the options of the gateway are. */
export interface RouteSlot {
  readonly route: HttpRoute;
  /** Names of the parameters of the path in the router, by their names in the IDL. */
  readonly parameters: ReadonlyMap<string, string>;
  binder: RequestBinder | undefined;
  /** Checks the rules of the IDL on bound arguments. */
  check: ArgumentsCheck | undefined;
  settings: GatewaySettings | undefined;
}

/**
 * The routes of the services, the more specific ones first: Express takes the first that matches.
 *
 * @throws IdlError for annotations that cannot be served, Error for options that name what the IDL does not have.
 */
export function routeSlots(schema: Schema, options: ThriftGatewayRoutes): RouteSlot[] {
  const { services, expose, override = {}, decorate = {} } = options;
  const names = services.map(({ service }) =>
    typeof service === 'string' ? service : service.name,
  );
  const references = names.map((name) => findReference(schema, name));
  const { routes, faults } = httpRoutes(schema, references, expose);
  if (faults.length > 0) {
    throw new IdlError(
      faults.map(({ file, position, message }) => ({ file, ...position, message, sourceLine: '' })),
    );
  }
  for (const [index, name] of names.entries()) {
    if (!routes.some(({ service }) => service === name)) {
      throw new Error(
        `no method of ${name} has a route annotation such as (api.get = "/path") in ${references[index]?.file}: ` +
          `add one, or set expose: 'all'`,
      );
    }
  }
  const served = routes.filter((route) => !Object.hasOwn(override, methodKey(route)));
  const talk = served.find(({ method }) => method.stream === 'bidi');
  if (talk !== undefined) {
    throw new Error(
      `${methodKey(talk)} has streams in both directions, which HTTP/1.1 does not carry: remove its route, or leave it to a controller with "override"`,
    );
  }
  checkKeys('override', Object.keys(override), routes.map(methodKey));
  checkKeys('decorate', Object.keys(decorate), [
    ...served.map(methodKey),
    ...names.map((name) => `${name}.*`),
  ]);
  return served.toSorted(ROUTE_ORDER).map((route) => ({
    route,
    parameters: parametersOf(route),
    binder: undefined,
    check: undefined,
    settings: undefined,
  }));
}

/** `Service.Method`, as options name it. */
export function methodKey({ service, method }: HttpRoute): string {
  return `${service}.${method.name}`;
}

/** What guards see of a route. */
export function thriftRoute({ service, method, path, verb }: HttpRoute): ThriftRoute {
  return { service, method: method.name, annotations: method.annotations, path, verb };
}

/**
 * The path as routers take it. Express compares texts with the path as it was sent, where all but ASCII is escaped, Fastify with the
 * decoded one; the rest of a path is written differently by each.
 */
export function routerPath({ route, parameters }: RouteSlot, adapter: string): string {
  const sent = (text: string) => (adapter === 'fastify' ? text : encodeURI(text));
  const parts = route.segments.map((segment) => {
    switch (segment.kind) {
      case 'static':
        return sent(segment.text);
      case 'parameter':
        return `${sent(segment.prefix)}:${parameters.get(segment.name)}`;
      case 'rest':
        return adapter === 'fastify' ? '*' : `{*${parameters.get(segment.name)}}`;
    }
  });
  return `/${parts.join('/')}`;
}

function findReference(schema: Schema, name: string): { file: string; name: string } {
  const files = Object.values(schema.files).filter(({ services }) =>
    services.some((service) => service.name === name),
  );
  const file = files.find(({ path }) => path === schema.root) ?? files[0];
  if (file === undefined) {
    const known = Object.values(schema.files).flatMap(({ services }) => services);
    const list = known.map((service) => service.name).join(', ') || 'none';
    throw new Error(`${schema.root} has no service ${name}; it has ${list}`);
  }
  return { file: file.path, name };
}

function checkKeys(what: string, keys: readonly string[], known: readonly string[]): void {
  const unknown = keys.find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new Error(`${what} names ${unknown}, which has no route; there are ${known.join(', ')}`);
  }
}

/** Routers take identifiers alone; Kitex takes any text up to the next slash. */
function parametersOf({ segments }: HttpRoute): ReadonlyMap<string, string> {
  const names = segments.flatMap((segment) => (segment.kind === 'static' ? [] : [segment.name]));
  const isPlain = names.every((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  return new Map(names.map((name, index) => [name, isPlain ? name : `p${index}`]));
}
