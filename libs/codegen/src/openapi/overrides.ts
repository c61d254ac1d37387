import { JsonNumber, JsonSyntaxError, type JsonValue, parseJson } from '@nestjs-thrift/codec/json';
import type { DefinitionSchema } from '@nestjs-thrift/idl';

/** Annotations whose objects are merged into what is generated for their definition, as Hertz's generator of OpenAPI has them. */
export type OverrideAnnotation =
  | 'openapi.document'
  | 'openapi.operation'
  | 'openapi.schema'
  | 'openapi.property'
  | 'openapi.parameter';

/**
 * Merges the object of an annotation into what was generated for its definition. Its names may be in snake_case and without quotes, as in
 * `openapi.property = '{ max_length: 255 }'`.
 *
 * @throws Error for a text that is not an object.
 */
export function withOverride<T extends object>(
  generated: T,
  { name, annotations }: Pick<DefinitionSchema, 'name' | 'annotations'>,
  annotation: OverrideAnnotation,
): T {
  const texts = Object.hasOwn(annotations, annotation) ? (annotations[annotation] ?? []) : [];
  return texts.reduce(
    (merged, text) => mergeInto(merged, objectOf(text, name, annotation)),
    generated,
  );
}

type PlainObject = Record<string, unknown>;

function objectOf(text: string, name: string, annotation: string): PlainObject {
  try {
    const value = plain(parseJson(text, { relaxed: true }));
    if (isObject(value)) {
      return value;
    }
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) {
      throw error;
    }
    throw new Error(`${annotation} of ${name} is not JSON: ${error.message}`, { cause: error });
  }
  throw new Error(`${annotation} of ${name} must be an object`);
}

/** Objects are merged, all else takes the place of what is there. */
function mergeInto<T extends object>(generated: T, override: PlainObject): T {
  const merged = { ...generated } as PlainObject;
  for (const [key, value] of Object.entries(override)) {
    const known = Object.hasOwn(merged, key) ? merged[key] : undefined;
    merged[key] = isObject(known) && isObject(value) ? mergeInto(known, value) : value;
  }
  return merged as T;
}

function plain(json: JsonValue): unknown {
  if (json instanceof JsonNumber) {
    return Number(json.text);
  }
  if (Array.isArray(json)) {
    return json.map(plain);
  }
  return typeof json === 'object' && json !== null
    ? Object.fromEntries(Object.entries(json).map(([key, value]) => [camelCase(key), plain(value)]))
    : json;
}

function camelCase(key: string): string {
  return key.replaceAll(/(?<=[a-z0-9])_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function isObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
