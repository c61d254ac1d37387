import { SOURCE_ANNOTATIONS } from '../../http/field-mapping.js';
import { requestMapping } from '../../http/field-mapping.js';
import { requestFields } from '../../http/request-fields.js';
import { annotatedRoutes } from '../../http/route.js';
import { parseRoutePath } from '../../http/route-path.js';
import type { MethodSchema } from '../../schema/schema.js';
import { defineRule } from '../lint-rule.js';

/** Verbs whose requests have no body that one could count on. */
const WITHOUT_BODY: readonly string[] = ['GET', 'HEAD'];

/** Fields of requests get values on every route. */
export const httpBindings = defineRule({
  name: 'http-bindings',
  summary:
    'fields of requests have places that the routes of their method have, and routes have fields for their parameters',
  reason:
    'A field with the name of no parameter of the path is always absent, a parameter without a field is lost, and bodies of GET are ' +
    'dropped by many clients and proxies.',
  severity: 'warn',
  check({ schema, all }, report) {
    for (const method of schema.services.flatMap(({ methods }) => methods)) {
      const routes = annotatedRoutes(method);
      if (routes.length === 0) {
        continue;
      }
      const { fields } = requestFields(method, all);
      const bound = fields.flatMap((field) => {
        const mapping = requestMapping(field);
        return mapping.kind === 'sources'
          ? mapping.sources.map((source) => ({ field, source }))
          : [];
      });
      const named = pathParameters(method);
      for (const { field, source } of bound) {
        if (source.place === 'path' && !named.includes(source.name)) {
          report(
            method.position,
            `"${field.name}" takes "${source.name}" from the path, which no route of "${method.name}" has`,
          );
        }
      }
      const taken = bound
        .filter(({ source }) => source.place === 'path')
        .map(({ source }) => source.name);
      for (const name of named.filter((each) => !taken.includes(each))) {
        report(method.position, `no field takes "${name}" of the path of "${method.name}"`);
      }
      const isBodiless = routes.every(([verb]) => WITHOUT_BODY.includes(verb));
      for (const { field, source } of isBodiless ? bound : []) {
        if (source.place === 'body' || source.place === 'form') {
          const key = Object.keys(SOURCE_ANNOTATIONS).find(
            (each) => each === `api.${source.place}`,
          );
          report(
            method.position,
            `"${field.name}" has ${key}, but "${method.name}" has no route with a body`,
          );
        }
      }
    }
  },
});

function pathParameters(method: MethodSchema): string[] {
  const names = annotatedRoutes(method).flatMap(([, path]) => {
    const segments = parseRoutePath(path);
    return typeof segments === 'string'
      ? []
      : segments.flatMap((segment) => ('name' in segment ? [segment.name] : []));
  });
  return [...new Set(names)];
}
