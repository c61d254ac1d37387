import { jsonKey, nestedKeys, requestMapping, resultMapping } from '../http/field-mapping.js';
import { requestFields } from '../http/request-fields.js';
import { annotatedRoutes } from '../http/route.js';
import { parseRoutePath, shapeOfPath } from '../http/route-path.js';
import { allMethods, findStruct } from '../schema/queries.js';
import type {
  FieldSchema,
  MethodSchema,
  Schema,
  StructSchema,
  TypeSchema,
} from '../schema/schema.js';
import type { Comparison } from './comparison.js';

/** Two versions of a struct that is the whole of a request or of a result, or stands inside of one. */
type Part = 'request' | 'result' | 'nested';

/** Finds what broke for HTTP clients of the methods with routes. */
export function compareHttp(comparison: Comparison): void {
  const { oldSchema, newSchema, services } = comparison;
  const compared = new Set<string>();
  for (const { file, definition } of services.old) {
    const now = services.newOf({ file, name: definition.name });
    if (now === undefined) {
      continue;
    }
    const methods = new Map(
      allMethods(newSchema, now.definition).map((method) => [method.name, method]),
    );
    for (const old of definition.methods.filter((method) => annotatedRoutes(method).length > 0)) {
      const kept = methods.get(old.name);
      if (kept !== undefined) {
        compareRoutes(comparison, old, kept, now.file);
        compareParts(comparison, old, oldSchema, compared);
      }
    }
  }
}

function compareRoutes(
  comparison: Comparison,
  old: MethodSchema,
  now: MethodSchema,
  file: string,
): void {
  const kept = annotatedRoutes(now).flatMap(([verb, path]) => [
    keyOf(verb, path),
    keyOf('ANY', path),
  ]);
  const any = annotatedRoutes(now).flatMap(([verb, path]) =>
    verb === 'ANY' ? [shapeOf(path)] : [],
  );
  for (const [verb, path] of annotatedRoutes(old)) {
    if (!kept.includes(keyOf(verb, path)) && !any.includes(shapeOf(path))) {
      const place = { version: 'new', file, position: now.position } as const;
      comparison.report('http-route-removed', place, `"${now.name}" has no route ${verb} ${path}`);
    }
  }
}

function compareParts(
  comparison: Comparison,
  method: MethodSchema,
  schema: Schema,
  compared: Set<string>,
): void {
  const { struct } = requestFields(method, schema);
  const { returns, exceptions, parameters } = method;
  const visit = (type: TypeSchema, part: Part): void => {
    for (const { file, name } of structsOf(type)) {
      const key = `${part} ${file}#${name}`;
      if (!compared.has(key)) {
        compared.add(key);
        const old = findStruct(schema, { file, name });
        compareStruct(comparison, old, file, part);
        old.fields.forEach((field) => visit(field.type, 'nested'));
      }
    }
  };
  parameters.forEach(({ type }) => visit(type, struct === undefined ? 'nested' : 'request'));
  [...(returns ? [returns] : []), ...exceptions.map(({ type }) => type)].forEach((type) =>
    visit(type, type.kind === 'struct' ? 'result' : 'nested'),
  );
}

function compareStruct(comparison: Comparison, old: StructSchema, file: string, part: Part): void {
  const now = comparison.types.newOf({ file, name: old.name });
  if (now?.definition.sort !== 'struct') {
    return;
  }
  const fields = new Map(now.definition.fields.map((field) => [field.id, field]));
  for (const before of old.fields) {
    const after = fields.get(before.id);
    if (after === undefined) {
      continue;
    }
    const report = (rule: 'http-source-changed' | 'http-result-changed', text: string): void =>
      comparison.report(
        rule,
        { version: 'new', file: now.file, position: after.position },
        `"${after.name}" of ${old.kind} "${old.name}" ${text}`,
      );
    const lost = part === 'request' ? lostSource(before, after) : lostKey(before, after);
    if (part !== 'result' && lost !== undefined) {
      report('http-source-changed', `is not taken from ${lost} any more`);
    }
    const [was, is] = [placeOf(before, part), placeOf(after, part)];
    if (part !== 'request' && was !== is && was !== NOWHERE) {
      report('http-result-changed', `is ${is} of a result, it was ${was}`);
    }
  }
}

/** A source of the old version that the new one does not have. */
function lostSource(before: FieldSchema, after: FieldSchema): string | undefined {
  const [old, now] = [sourcesOf(before), sourcesOf(after)];
  return old.find((source) => !now.includes(source));
}

function sourcesOf(field: FieldSchema): string[] {
  const mapping = requestMapping(field);
  if (mapping.kind !== 'sources') {
    return mapping.kind === 'none' ? [] : [mapping.kind];
  }
  return mapping.sources.length === 0
    ? [`body or query "${jsonKey(field)}"`]
    : mapping.sources.map(({ place, name }) => `${place} "${name}"`);
}

function lostKey(before: FieldSchema, after: FieldSchema): string | undefined {
  const now = nestedKeys(after);
  const lost = nestedKeys(before).find((key) => !now.includes(key));
  return lost === undefined ? undefined : `key "${lost}"`;
}

const NOWHERE = 'no part';

function placeOf(field: FieldSchema, part: Part): string {
  if (part === 'nested') {
    return nestedKeys(field).length === 0 ? NOWHERE : `key "${jsonKey(field)}"`;
  }
  const mapping = resultMapping(field);
  switch (mapping.kind) {
    case 'body':
      return `key "${mapping.key}"`;
    case 'header':
    case 'cookie':
      return `${mapping.kind} "${mapping.name}"`;
    case 'status':
      return 'the status';
    case 'raw-body':
      return 'the body';
    case 'none':
      return NOWHERE;
  }
}

function structsOf(type: TypeSchema): { file: string; name: string }[] {
  switch (type.kind) {
    case 'struct':
      return [type.ref];
    case 'list':
    case 'set':
      return structsOf(type.element);
    case 'map':
      return [...structsOf(type.key), ...structsOf(type.value)];
    default:
      return [];
  }
}

function keyOf(verb: string, path: string): string {
  return `${verb} ${shapeOf(path)}`;
}

function shapeOf(path: string): string {
  const segments = parseRoutePath(path);
  return typeof segments === 'string' ? path : shapeOfPath(segments);
}
