import { defineEntry, type CompiledSchema } from '@nestjs-thrift/codec/compiler';
import {
  type MethodSchema,
  findStruct,
  type FieldSchema,
  type Schema,
  type TypeSchema,
} from '@nestjs-thrift/idl';
import { below, misfit, enumFromJson, scalarFromJson, typeName } from './scalar-from-json.js';

/**
 * The arguments of a method from JSON. One parameter is given as it is; of none or several there is an object.
 *
 * @throws CommandFailure that names the place where JSON and IDL part.
 */
export function argumentsFromJson(
  json: unknown,
  { name, parameters }: MethodSchema,
  compiled: CompiledSchema,
): Record<string, unknown> {
  const reader = new JsonReader(compiled);
  const [only] = parameters;
  if (parameters.length === 1 && only !== undefined) {
    return { [only.name]: reader.value(json, only.type, '') };
  }
  return reader.fields(json, parameters, `the parameters of ${name}`, '');
}

/**
 * JSON to the values of the codec. An i64 is a number or a decimal string, binary is base64, an enum its name or number, a
 * map an object with its keys as text or, for any type of key, a list of `[key, value]`. Fields that are left out get the
 * default of the IDL.
 */
export class JsonReader {
  readonly #compiled: CompiledSchema;

  readonly #schema: Schema;

  constructor(compiled: CompiledSchema) {
    this.#compiled = compiled;

    this.#schema = compiled.schema;
  }

  /** @throws CommandFailure that names the place, the type and what is there instead. */
  value(json: unknown, type: TypeSchema, path: string): unknown {
    switch (type.kind) {
      case 'enum':
        return enumFromJson(json, type, this.#schema, path);
      case 'struct':
        return this.#struct(json, type, path);
      case 'list':
      case 'set':
        return this.#elements(json, type, path);
      case 'map':
        return this.#map(json, type, path);
      default:
        return scalarFromJson(json, type.kind, path);
    }
  }

  /** The values of fields by their names; `owner` is what the fields belong to. */
  fields(
    json: unknown,
    fields: readonly FieldSchema[],
    owner: string,
    path: string,
  ): Record<string, unknown> {
    if (!isObject(json)) {
      throw misfit(path, `an object with the fields of ${owner}`, json);
    }
    const names = fields.map(({ name }) => name);
    for (const name of Object.keys(json)) {
      if (names.includes(name)) {
        continue;
      }
      throw misfit(
        below(path, name),
        `left out: ${owner} has ${names.join(', ') || 'no fields'}`,
        json[name],
      );
    }
    const values: Record<string, unknown> = {};
    for (const { name, type, requiredness, defaultValue } of fields) {
      const given = Object.hasOwn(json, name) ? json[name] : undefined;
      if (given !== undefined && given !== null) {
        defineEntry(values, name, this.value(given, type, below(path, name)));
      } else if (requiredness === 'required' && defaultValue === undefined) {
        throw misfit(below(path, name), `given: ${owner} requires a ${typeName(type)}`, given);
      }
    }
    return values;
  }

  #struct(json: unknown, type: TypeSchema & { kind: 'struct' }, path: string): unknown {
    const { kind, name, fields } = findStruct(this.#schema, type.ref);
    const values = this.fields(json, fields, name, path);
    if (kind !== 'union') {
      return { ...this.#compiled.defaults(type.ref), ...values };
    }
    if (Object.keys(values).length === 1) {
      return values;
    }
    throw misfit(
      path,
      `an object with exactly one of ${fields.map((each) => each.name).join(', ')}`,
      json,
    );
  }

  #elements(json: unknown, type: TypeSchema & { kind: 'list' | 'set' }, path: string): unknown[] {
    if (!Array.isArray(json)) {
      throw misfit(path, `a list of ${typeName(type.element)}`, json);
    }
    return json.map((element, index) => this.value(element, type.element, below(path, index)));
  }

  #map(json: unknown, type: TypeSchema & { kind: 'map' }, path: string): unknown {
    const entries = this.#entries(json, type, path);
    if (type.key.kind !== 'string') {
      return new Map(entries);
    }
    const record = Object.create(null) as Record<string, unknown>;
    for (const [key, value] of entries) {
      record[key as string] = value;
    }
    return record;
  }

  #entries(json: unknown, type: TypeSchema & { kind: 'map' }, path: string): [unknown, unknown][] {
    const { key, value } = type;
    if (Array.isArray(json)) {
      return json.map((entry: unknown, index) => {
        const place = below(path, index);
        if (!Array.isArray(entry) || entry.length !== 2) {
          throw misfit(place, 'a [key, value]', entry);
        }
        return [this.value(entry[0], key, place), this.value(entry[1], value, place)];
      });
    }
    if (!isObject(json)) {
      throw misfit(path, `an object or a list of [key, value]`, json);
    }
    return Object.entries(json).map(([name, each]) => {
      const place = below(path, name);
      return [this.value(keyOf(name, key, place), key, place), this.value(each, value, place)];
    });
  }
}

/** The key of an object of JSON as the JSON value it stands for. */
function keyOf(name: string, type: TypeSchema, path: string): unknown {
  switch (type.kind) {
    case 'bool':
      return name === 'true' ? true : name === 'false' ? false : name;
    case 'i8':
    case 'i16':
    case 'i32':
    case 'double':
      return name.trim() === '' || Number.isNaN(Number(name)) ? name : Number(name);
    case 'enum':
      return /^-?\d+$/.test(name) ? Number(name) : name;
    case 'struct':
    case 'list':
    case 'set':
    case 'map':
      throw misfit(path, `in a list of [key, value]: the keys are ${typeName(type)}`, name);
    default:
      return name;
  }
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
