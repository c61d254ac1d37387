import type { Schema, ServiceSchema } from '@nestjs-thrift/idl';
import { httpRoutes, IdlError, type HttpRoute } from '@nestjs-thrift/idl/http';
import { sharedResponses } from './error-responses.js';
import { described, HttpSchemas } from './http-schemas.js';
import type {
  OpenApiDocument,
  OpenApiOperation,
  OpenApiOptions,
  OpenApiSecurity,
} from './open-api.js';
import { withOverride } from './overrides.js';
import { openApiPath, requestParts } from './request-parts.js';
import { responsesOf } from './response-parts.js';

/** The verbs that `api.any` is shown with; OpenAPI does not support one name for all of them. */
const ANY = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Generates an OpenAPI 3.1 document of the HTTP routes that the `api.*` annotations of services stand for, as
 * `@nestjs-thrift/gateway` serves them.
 *
 * @throws IdlError for routes that cannot be served, and for faulty `vt.*` annotations; Error for a service that the schema does not have.
 */
export function generateOpenApi(schema: Schema, options: OpenApiOptions = {}): OpenApiDocument {
  const { i64 = 'idl', expose, without = [], problemDetails = false } = options;
  const root = schema.files[schema.root];
  const names = options.services ?? root?.services.map(({ name }) => name) ?? [];
  const references = names.map((name) => referenceOf(schema, name));
  const { routes, faults } = httpRoutes(schema, references, expose);
  if (faults.length > 0) {
    throw new IdlError(
      faults.map(({ file, position, message }) => ({ file, ...position, message, sourceLine: '' })),
    );
  }
  const schemas = new HttpSchemas(schema, i64);
  const shown = routes.filter(
    ({ service, method }) =>
      method.stream !== 'bidi' && !without.includes(`${service}.${method.name}`),
  );
  checkSecurity(shown, options);
  const paths = pathsOf(shown, schema, schemas, options);
  const services = references.map(({ file, name }) => serviceOf(schema, file, name));
  const { securitySchemes } = options;
  const document: OpenApiDocument = {
    openapi: '3.1.0',
    info: {
      title: options.title ?? root?.name ?? schema.root,
      version: options.version ?? '1.0.0',
      ...(options.description !== undefined && { description: options.description }),
    },
    ...(options.servers && { servers: options.servers.map((url) => ({ url })) }),
    tags: tagsOf(shown, services),
    paths,
    components: {
      schemas: schemas.components,
      responses: sharedResponses(problemDetails),
      ...(securitySchemes && { securitySchemes }),
    },
  };
  return services.reduce(
    (merged, service) => withOverride(merged, service, 'openapi.document'),
    document,
  );
}

function pathsOf(
  routes: readonly HttpRoute[],
  schema: Schema,
  schemas: HttpSchemas,
  options: OpenApiOptions,
): OpenApiDocument['paths'] {
  const paths: OpenApiDocument['paths'] = {};
  const counts = new Map<string, number>();
  const prefix = (options.prefix ?? '').replace(/^\/?/, '/').replace(/\/$/, '');
  for (const route of routes) {
    const path = `${prefix}${openApiPath(route)}`;
    for (const verb of route.verb === 'ANY' ? ANY : [route.verb]) {
      const parts = requestParts(route, verb, schema, schemas);
      const hasBody = parts.requestBody !== undefined;
      const security = securityOf(route, options);
      const operation: OpenApiOperation = {
        operationId: operationId(route, counts),
        tags: [tagOf(route)],
        ...described(route.method),
        ...parts,
        responses: responsesOf(route.method, hasBody, schema, schemas, options),
        ...(security && { security }),
      };
      (paths[path] ??= {})[verb.toLowerCase()] = withOverride(
        operation,
        route.method,
        'openapi.operation',
      );
    }
  }
  return paths;
}

/** A mistake would leave a route without what protects it in the document. @throws Error */
function checkSecurity(
  routes: readonly HttpRoute[],
  { security = {}, securitySchemes = {} }: OpenApiOptions,
): void {
  for (const [key, requirements] of Object.entries(security)) {
    const isKnown = routes.some(
      ({ service, method }) => key === `${service}.*` || key === `${service}.${method.name}`,
    );
    if (!isKnown) {
      throw new Error(`security names ${key}, which has no route`);
    }
    const scheme = requirements
      .flatMap((requirement) => Object.keys(requirement))
      .find((name) => !Object.hasOwn(securitySchemes, name));
    if (scheme !== undefined) {
      throw new Error(`security of ${key} names ${scheme}, which securitySchemes does not have`);
    }
  }
}

function securityOf(
  { service, method }: HttpRoute,
  { security = {} }: OpenApiOptions,
): readonly OpenApiSecurity[] | undefined {
  const key = [`${service}.${method.name}`, `${service}.*`].find((each) =>
    Object.hasOwn(security, each),
  );
  return key === undefined ? undefined : security[key];
}

/** `Service_Method`, with a number from the second route on. */
function operationId({ service, method }: HttpRoute, counts: Map<string, number>): string {
  const id = `${service}_${method.name}`;
  const count = (counts.get(id) ?? 0) + 1;
  counts.set(id, count);
  return count === 1 ? id : `${id}_${count}`;
}

function tagOf({ service, method }: HttpRoute): string {
  return method.annotations['api.category']?.at(-1) || service;
}

function tagsOf(
  routes: readonly HttpRoute[],
  services: readonly ServiceSchema[],
): OpenApiDocument['tags'] {
  return [...new Set(routes.map(tagOf))].map((name) => {
    const { description } = described(
      services.find((service) => service.name === name) ?? {
        name,
        annotations: {},
        position: { line: 1, column: 1 },
      },
    );
    return { name, ...(description !== undefined && { description }) };
  });
}

function serviceOf(schema: Schema, file: string, name: string): ServiceSchema {
  const service = schema.files[file]?.services.find((each) => each.name === name);
  if (service === undefined) {
    throw new Error(`${schema.root} has no service ${name}`);
  }
  return service;
}

function referenceOf(schema: Schema, name: string): { file: string; name: string } {
  const files = Object.values(schema.files).filter(({ services }) =>
    services.some((service) => service.name === name),
  );
  const file = files.find(({ path }) => path === schema.root) ?? files[0];
  if (file === undefined) {
    throw new Error(`${schema.root} has no service ${name}`);
  }
  return { file: file.path, name };
}
