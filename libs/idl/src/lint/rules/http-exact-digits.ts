import { isHidden, isTextInJson } from '../../http/field-mapping.js';
import { annotatedRoutes } from '../../http/route.js';
import { findStruct } from '../../schema/queries.js';
import type { Schema, TypeSchema } from '../../schema/schema.js';
import { defineRule } from '../lint-rule.js';

/** Results for browsers keep their digits. */
export const httpExactDigits = defineRule({
  name: 'http-exact-digits',
  summary: 'an i64 in the result of a method with a route has api.js_conv',
  reason:
    'Without it the i64 is a number of JSON, and JavaScript loses the digits of numbers beyond 2^53. Clients other than browsers need no such care.',
  severity: 'warn',
  check({ schema, all }, report) {
    const reported = new Set<string>();
    for (const method of schema.services.flatMap(({ methods }) => methods)) {
      if (annotatedRoutes(method).length === 0 || method.returns === undefined) {
        continue;
      }
      for (const path of longFields(method.returns, all)) {
        if (!reported.has(path)) {
          reported.add(path);
          report(
            method.position,
            `"${path}" in the result of "${method.name}" is an i64 without api.js_conv`,
          );
        }
      }
    }
  },
});

function longFields(type: TypeSchema, schema: Schema, seen = new Set<string>()): string[] {
  switch (type.kind) {
    case 'list':
    case 'set':
      return longFields(type.element, schema, seen);
    case 'map':
      return longFields(type.value, schema, seen);
    case 'struct':
      break;
    default:
      return [];
  }
  const struct = findStruct(schema, type.ref);
  const key = `${type.ref.file}#${struct.name}`;
  if (seen.has(key)) {
    return [];
  }
  seen.add(key);
  return struct.fields
    .filter((field) => !isHidden(field))
    .flatMap((field) => {
      const own =
        holdsI64(field.type) && !isTextInJson(field) ? [`${struct.name}.${field.name}`] : [];
      return [...own, ...longFields(field.type, schema, seen)];
    });
}

function holdsI64(type: TypeSchema): boolean {
  switch (type.kind) {
    case 'list':
    case 'set':
      return holdsI64(type.element);
    case 'map':
      return holdsI64(type.value);
    default:
      return type.kind === 'i64';
  }
}
