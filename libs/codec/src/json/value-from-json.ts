import {
  defaultOf,
  isStruct,
  type FieldShape,
  type MapShape,
  type StructShape,
  type TypeShape,
} from '../definition/shape.js';
import { nearestName } from '../errors/nearest-name.js';
import { areDistinct, defineEntry } from '../runtime/collections.js';
import { below, JsonValueError } from './json-value.error.js';
import { JsonNumber } from './parse-json.js';
import { scalarFromJson, typeName } from './scalar-from-json.js';

/**
 * JSON, best that of `parseJson`, as a value of a type. An i64 is a number or a decimal string, binary is base64, an enum its name
 * or number, a map an object with its keys as text or, for any type of key, an array of `[key, value]`. Fields that are left out
 * or null get the default of the IDL.
 *
 * @param path where the JSON stands, for the error
 * @throws JsonValueError that names the place, the type and what is there instead
 */
export function valueFromJson(json: unknown, type: TypeShape, path = ''): unknown {
  if (isStruct(type)) {
    return structFromJson(json, type, path);
  }
  switch (type.kind) {
    case 'list':
      return elementsFromJson(json, type, path);
    case 'set': {
      const elements = elementsFromJson(json, type, path);
      requireDistinct(elements, path, 'a set, which has each value once');
      return elements;
    }
    case 'map':
      return mapFromJson(json, type, path);
    default:
      return scalarFromJson(json, type, path);
  }
}

/**
 * The arguments of a method. One parameter is given as it is, or under its name unless it takes an object; of none or several there
 * is an object.
 *
 * @param method name of the method, for the error
 * @throws JsonValueError as {@link valueFromJson}
 */
export function argumentsFromJson(
  json: unknown,
  method: string,
  { fields }: Pick<StructShape, 'fields'>,
): Record<string, unknown> {
  const [only] = fields;
  if (fields.length === 1 && only !== undefined) {
    return {
      [only.name]: valueFromJson(isWrapped(json, only) ? json[only.name] : json, only.type),
    };
  }
  return fieldsFromJson(json, fields, `the request of ${method}`, '');
}

function isWrapped(json: unknown, { name, type }: FieldShape): json is Record<string, unknown> {
  const isObjectItself = 'fields' in type || type.kind === 'map';
  return !isObjectItself && isObject(json) && Object.keys(json).join() === name;
}

function structFromJson(json: unknown, type: StructShape, path: string): unknown {
  const { kind, name, fields } = type;
  const values = fieldsFromJson(json, fields, name, path);
  if (kind === 'union') {
    if (Object.keys(values).length === 1) {
      return values;
    }
    const members = fields.map((field) => field.name).join(', ');
    throw new JsonValueError(path, `an object with exactly one of ${members}`, json);
  }
  for (const field of fields) {
    const value = Object.hasOwn(values, field.name) ? undefined : defaultOf(field);
    if (value !== undefined) {
      defineEntry(values, field.name, value);
    }
  }
  return values;
}

function fieldsFromJson(
  json: unknown,
  fields: readonly FieldShape[],
  owner: string,
  path: string,
): Record<string, unknown> {
  if (!isObject(json)) {
    throw new JsonValueError(path, `an object with the fields of ${owner}`, json);
  }
  const names = fields.map(({ name }) => name);
  for (const name of Object.keys(json)) {
    if (!names.includes(name)) {
      const nearest = nearestName(name, names);
      const known = names.join(', ') || 'no fields';
      const hint = nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
      const expected = `left out: ${owner} has ${known}${hint}`;
      throw new JsonValueError(below(path, name), expected, json[name]);
    }
  }
  const values: Record<string, unknown> = {};
  for (const { name, type, requiredness, defaultValue } of fields) {
    const given = Object.hasOwn(json, name) ? json[name] : undefined;
    const place = below(path, name);
    if (given !== undefined && given !== null) {
      defineEntry(values, name, valueFromJson(given, type, place));
    } else if (requiredness === 'required' && defaultValue === undefined) {
      throw new JsonValueError(
        place,
        `given: ${owner} requires ${withArticle(typeName(type))}`,
        given,
      );
    }
  }
  return values;
}

/** `an i64`, `a Point`. */
function withArticle(name: string): string {
  return `${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name}`;
}

function elementsFromJson(
  json: unknown,
  { element }: { readonly element: TypeShape },
  path: string,
): unknown[] {
  if (!Array.isArray(json)) {
    throw new JsonValueError(path, `a list of ${typeName(element)}`, json);
  }
  return json.map((each, index) => valueFromJson(each, element, below(path, index)));
}

function mapFromJson(json: unknown, type: MapShape, path: string): unknown {
  const entries = entriesFromJson(json, type, path);
  requireDistinct(
    entries.map(([key]) => key),
    path,
    'a map, which has each key once',
  );
  if (type.key.kind !== 'string') {
    return new Map(entries);
  }
  const record = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of entries) {
    record[key as string] = value;
  }
  return record;
}

function entriesFromJson(
  json: unknown,
  { key, value }: MapShape,
  path: string,
): [unknown, unknown][] {
  if (Array.isArray(json)) {
    return json.map((entry: unknown, index) => {
      const place = below(path, index);
      if (!Array.isArray(entry) || entry.length !== 2) {
        throw new JsonValueError(place, 'a [key, value]', entry);
      }
      return [valueFromJson(entry[0], key, place), valueFromJson(entry[1], value, place)];
    });
  }
  if (!isObject(json)) {
    throw new JsonValueError(path, 'an object or a list of [key, value]', json);
  }
  return Object.entries(json).map(([name, each]) => {
    const place = below(path, name);
    return [
      valueFromJson(keyFromText(name, key, place), key, place),
      valueFromJson(each, value, place),
    ];
  });
}

/** The name of a member of an object as the JSON value it stands for. */
function keyFromText(name: string, type: TypeShape, path: string): unknown {
  switch (type.kind) {
    case 'bool':
      return name === 'true' ? true : name === 'false' ? false : name;
    case 'i8':
    case 'i16':
    case 'i32':
    case 'double':
      return /^-?\d/.test(name) && !Number.isNaN(Number(name)) ? new JsonNumber(name) : name;
    case 'enum':
      return /^-?\d+$/.test(name) ? new JsonNumber(name) : name;
    case 'struct':
    case 'union':
    case 'exception':
    case 'list':
    case 'set':
    case 'map':
      throw new JsonValueError(
        path,
        `in a list of [key, value]: the keys are ${typeName(type)}`,
        name,
      );
    default:
      return name;
  }
}

/** Scalars are compared here; the codec compares what has parts. */
function requireDistinct(values: readonly unknown[], path: string, expected: string): void {
  if (values.some((value) => typeof value === 'object') || areDistinct(values)) {
    return;
  }
  const seen = new Set<unknown>();
  const repeated = values.find((value) => seen.size === seen.add(value).size);
  throw new JsonValueError(path, expected, repeated);
}

function isObject(json: unknown): json is Record<string, unknown> {
  return (
    typeof json === 'object' &&
    json !== null &&
    !Array.isArray(json) &&
    !(json instanceof JsonNumber)
  );
}
