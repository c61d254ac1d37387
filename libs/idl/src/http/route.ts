import { allMethods, findService } from '../schema/queries.js';
import type { DefinitionReference, MethodSchema, Schema, ServiceSchema } from '../schema/schema.js';
import { headerFaults, type HttpFault } from './header-names.js';
import { parseRoutePath, shapeOfPath, type RouteSegment } from './route-path.js';

/** The verb of a route; `ANY` takes all of them. */
export type HttpVerb = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'HEAD' | 'OPTIONS' | 'ANY';

/** A method of a service under a verb and a path. */
export interface HttpRoute {
  readonly verb: HttpVerb;
  /** As the IDL has it, such as `/users/:id`. */
  readonly path: string;
  readonly segments: readonly RouteSegment[];
  /** The service that offers the method, which may have inherited it. */
  readonly service: string;
  readonly method: MethodSchema;
  /** File that defines the method. */
  readonly file: string;
}

/** Annotations that make a route, with their verbs. Kitex knows the first four of them. */
export const ROUTE_ANNOTATIONS = {
  'api.get': 'GET',
  'api.post': 'POST',
  'api.put': 'PUT',
  'api.delete': 'DELETE',
  'api.patch': 'PATCH',
  'api.head': 'HEAD',
  'api.options': 'OPTIONS',
  'api.any': 'ANY',
} as const satisfies Readonly<Record<string, HttpVerb>>;

/** Which methods of a service get routes: the annotated ones, or also all others as `POST /<Service>/<Method>`. */
export type HttpExposure = 'annotated' | 'all';

/** What {@link httpRoutes} found. */
export interface HttpRoutes {
  /** Routes without a fault, in the order of the IDL. */
  readonly routes: readonly HttpRoute[];
  readonly faults: readonly HttpFault[];
}

/**
 * The routes of services, inherited methods included, with all that is wrong with them: paths that no router takes, two routes for the
 * same requests, and results with headers that HTTP does not have.
 */
export function httpRoutes(
  schema: Schema,
  services: readonly DefinitionReference[],
  expose: HttpExposure = 'annotated',
): HttpRoutes {
  const routes: HttpRoute[] = [];
  const faults: HttpFault[] = [];
  for (const reference of services) {
    for (const { file, method } of methodsOf(schema, reference)) {
      const addresses = addressesOf(reference.name, method, expose);
      faults.push(...(addresses.length === 0 ? [] : headerFaults(method, schema)));
      for (const [verb, path] of addresses) {
        if (routes.some((route) => isSame(route, { verb, path, method }))) {
          continue;
        }
        const where = { file, position: method.position };
        const segments = parseRoutePath(path);
        const fault =
          typeof segments === 'string' ? segments : clashOf(routes, { verb, segments, method });
        if (fault !== undefined || typeof segments === 'string') {
          faults.push({ ...where, message: `${verb} "${path}" of ${method.name}: ${fault}` });
        } else {
          routes.push({ verb, path, segments, service: reference.name, method, file });
        }
      }
    }
  }
  return { routes, faults: unique(faults) };
}

/** Whether a service inherits a route that is there already: the first service serves it. */
function isSame(
  route: HttpRoute,
  { verb, path, method }: Pick<HttpRoute, 'verb' | 'path' | 'method'>,
): boolean {
  return route.method === method && route.verb === verb && route.path === path;
}

/** Several methods may have one result. */
function unique(faults: readonly HttpFault[]): HttpFault[] {
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}

/** The annotations of a method that make routes: verb and path of each. */
export function annotatedRoutes({ annotations }: MethodSchema): (readonly [HttpVerb, string])[] {
  return Object.entries(ROUTE_ANNOTATIONS).flatMap(([key, verb]) => {
    const paths = Object.hasOwn(annotations, key) ? (annotations[key] ?? []) : [];
    return paths.map((path) => [verb, path] as const);
  });
}

/** The routes of a service from the position of its methods: inherited ones are defined in the files of their services. */
function methodsOf(
  schema: Schema,
  reference: DefinitionReference,
): { file: string; method: MethodSchema }[] {
  const fileOf = new Map<MethodSchema, string>();
  let next: DefinitionReference | undefined = reference;
  const service: ServiceSchema = findService(schema, reference);
  while (next !== undefined) {
    const ancestor = findService(schema, next);
    for (const method of ancestor.methods) {
      fileOf.set(method, next.file);
    }
    next = ancestor.extends;
  }
  return allMethods(schema, service).map((method) => ({
    method,
    file: fileOf.get(method) ?? reference.file,
  }));
}

function addressesOf(
  service: string,
  method: MethodSchema,
  expose: HttpExposure,
): (readonly [HttpVerb, string])[] {
  const annotated = annotatedRoutes(method);
  const isUnnamed = annotated.length === 0 && expose === 'all' && method.stream !== 'bidi';
  return isUnnamed ? [['POST', `/${service}/${method.name}`]] : annotated;
}

function clashOf(
  routes: readonly HttpRoute[],
  { verb, segments }: Pick<HttpRoute, 'verb' | 'segments' | 'method'>,
): string | undefined {
  const shape = shapeOfPath(segments);
  const other = routes.find(
    (route) =>
      (route.verb === verb || route.verb === 'ANY' || verb === 'ANY') &&
      shapeOfPath(route.segments) === shape,
  );
  return (
    other && `${other.verb} "${other.path}" of ${other.method.name} takes the same requests already`
  );
}
