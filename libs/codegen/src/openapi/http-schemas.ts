import { findEnum, findStruct } from '@nestjs-thrift/idl';
import type {
  DefinitionReference,
  DefinitionSchema,
  FieldSchema,
  Schema,
  StructSchema,
  TypeSchema,
} from '@nestjs-thrift/idl';
import { isHidden, isTextInJson, jsonKey, nestedKeys } from '@nestjs-thrift/idl/http';
import { applyRules } from '../json-schema/apply-rules.js';
import { jsonConstant } from '../json-schema/json-constant.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import { readConstraints } from '../validation/read-constraints.js';
import type { StructConstraints } from '../validation/constraints.js';
import type { OpenApiSchema } from './open-api.js';
import { withOverride } from './overrides.js';

/** Whether a schema is of what clients send or of what they get. */
export type Direction = 'request' | 'result';

const NOT_FINITE = ['NaN', 'Infinity', '-Infinity'];

/** The schemas of the types of an IDL as the gateway reads and writes them, with those that have names gathered as components. */
export class HttpSchemas {
  readonly #schema: Schema;
  readonly #i64: 'idl' | 'string';
  readonly #constraints: ReadonlyMap<StructSchema, StructConstraints>;
  readonly #names: ReadonlyMap<string, string>;
  readonly #components = new Map<string, OpenApiSchema>();

  constructor(schema: Schema, i64: 'idl' | 'string') {
    this.#schema = schema;
    this.#i64 = i64;
    this.#constraints = readConstraints(schema);
    this.#names = componentNames(schema);
  }

  /** All that was referred to, by name. */
  get components(): Record<string, OpenApiSchema> {
    const entries = [...this.#components].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries);
  }

  /** A field with its documentation, its default and, in a request, its rules. @param struct where its rules are */
  field(field: FieldSchema, direction: Direction, struct?: StructSchema): OpenApiSchema {
    const { type, defaultValue } = field;
    const isText = this.#i64 === 'string' || isTextInJson(field);
    const plain = this.type(type, direction, isText);
    const rules = (struct && this.#constraints.get(struct))?.fields.get(field)?.rules ?? [];
    const ruled =
      direction === 'result'
        ? plain
        : (this.#ruled(plain as JsonSchema, rules, type) as OpenApiSchema);
    const json = defaultValue && jsonConstant(defaultValue, type, this.#schema, 'number');
    const own = { ...described(field), ...ruled, ...(json === undefined ? {} : { default: json }) };
    return withOverride(own, field, 'openapi.property');
  }

  /** A type. @param isText whether an i64 of a result is text */
  type(type: TypeSchema, direction: Direction, isText = this.#i64 === 'string'): OpenApiSchema {
    switch (type.kind) {
      case 'bool':
        return { type: 'boolean' };
      case 'i8':
      case 'i16':
        return integer(type.kind === 'i8' ? 2 ** 7 : 2 ** 15);
      case 'i32':
        return { type: 'integer', format: 'int32' };
      case 'i64':
        if (direction === 'request') {
          return { type: ['integer', 'string'], format: 'int64' };
        }
        return { type: isText ? 'string' : 'integer', format: 'int64' };
      case 'double':
        return { anyOf: [{ type: 'number', format: 'double' }, { enum: NOT_FINITE }] };
      case 'string':
        return { type: 'string' };
      case 'binary':
        return { type: 'string', contentEncoding: 'base64' };
      case 'uuid':
        return { type: 'string', format: 'uuid' };
      case 'list':
      case 'set':
        return { type: 'array', items: this.type(type.element, direction, isText) };
      case 'map':
        return this.#map(type, direction, isText);
      case 'enum':
      case 'struct':
        return { $ref: `#/components/schemas/${this.#component(type, direction)}` };
    }
  }

  /** An object of fields under keys. @param isComplete whether results always have the fields that are required or have a default */
  object(
    members: readonly (readonly [key: string, field: FieldSchema])[],
    direction: Direction,
    struct?: StructSchema,
  ): OpenApiSchema {
    const properties = members.map(
      ([key, field]) => [key, this.field(field, direction, struct)] as const,
    );
    const required = members.filter(([, field]) => isAlwaysThere(field, direction));
    const object: OpenApiSchema = {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(required.length === 0 ? {} : { required: required.map(([key]) => key) }),
    };
    return struct === undefined ? object : withOverride(object, struct, 'openapi.schema');
  }

  #map(
    { key, value }: Extract<TypeSchema, { kind: 'map' }>,
    direction: Direction,
    isText: boolean,
  ): OpenApiSchema {
    const item = this.type(value, direction, isText);
    switch (key.kind) {
      case 'struct':
      case 'list':
      case 'set':
      case 'map': {
        const pair = [this.type(key, direction, isText), item];
        return {
          type: 'array',
          items: { type: 'array', prefixItems: pair, items: false, minItems: 2 },
        };
      }
      default:
        return { type: 'object', additionalProperties: item };
    }
  }

  /** Adds a component, and what it refers to, unless it is there; gives its name. */
  #component(
    { kind, ref }: Extract<TypeSchema, { kind: 'enum' | 'struct' }>,
    direction: Direction,
  ): string {
    const base = this.#names.get(keyOf(ref)) ?? ref.name;
    const isTwofold = kind === 'enum' || this.#differs(ref);
    const name = direction === 'request' && isTwofold ? `${base}Input` : base;
    if (!this.#components.has(name)) {
      // Reserved before it is known: a struct may lead back to itself.
      this.#components.set(name, {});
      this.#components.set(
        name,
        kind === 'enum' ? this.#enum(ref, direction) : this.#struct(ref, direction),
      );
    }
    return name;
  }

  #enum(reference: DefinitionReference, direction: Direction): OpenApiSchema {
    const definition = findEnum(this.#schema, reference);
    const { members } = definition;
    const lines = members.map(({ name, value }) => `${value} ${name}`).join(', ');
    const description = [definition.doc, lines === '' ? '' : `${lines}; other numbers may follow.`];
    return {
      description: description.filter((text) => text !== undefined && text !== '').join('\n\n'),
      type: direction === 'request' ? ['integer', 'string'] : 'integer',
      'x-enum-varnames': members.map(({ name }) => name),
      'x-enum-descriptions': members.map(({ doc = '' }) => doc),
    };
  }

  #struct(reference: DefinitionReference, direction: Direction): OpenApiSchema {
    const struct = findStruct(this.#schema, reference);
    const shown = struct.fields.filter((field) => !isHidden(field));
    const members = shown.map((field) => [jsonKey(field), field] as const);
    const object = { ...described(struct), ...this.object(members, direction, struct) };
    if (struct.kind !== 'union') {
      return object;
    }
    const { required: _, ...union } = object;
    return {
      ...union,
      minProperties: shown.length < struct.fields.length ? 0 : 1,
      maxProperties: 1,
    };
  }

  /** Whether requests and results of a struct have different schemas. */
  #differs(reference: DefinitionReference, seen = new Set<string>()): boolean {
    const key = keyOf(reference);
    if (seen.has(key)) {
      return false;
    }
    seen.add(key);
    const struct = findStruct(this.#schema, reference);
    const hasRules = [...(this.#constraints.get(struct)?.fields.values() ?? [])].some(
      ({ rules }) => rules.length > 0,
    );
    return (
      hasRules ||
      struct.fields.some(
        (field) =>
          nestedKeys(field).length > 1 ||
          isAlwaysThere(field, 'request') !== isAlwaysThere(field, 'result') ||
          partsOf(field.type).some(
            (type) =>
              type.kind === 'i64' ||
              type.kind === 'enum' ||
              (type.kind === 'struct' && this.#differs(type.ref, seen)),
          ),
      )
    );
  }

  #ruled(
    schema: JsonSchema,
    rules: Parameters<typeof applyRules>[1],
    type: TypeSchema,
  ): JsonSchema {
    return applyRules(schema, rules, type, {
      i64: 'number',
      refer: (reference) => `#/components/schemas/${this.#names.get(keyOf(reference))}`,
      membersOf: (reference) => findEnum(this.#schema, reference).members.map(({ value }) => value),
    });
  }
}

/** Documentation of a definition. */
export function described({ doc, annotations }: DefinitionSchema): {
  description?: string;
  deprecated?: true;
} {
  const deprecated = annotations['deprecated']?.at(-1);
  return {
    ...(doc === undefined ? {} : { description: doc }),
    ...(deprecated === undefined || deprecated === 'false' ? {} : { deprecated: true }),
  };
}

/** Whether a field must be sent, or is always sent back: codecs fill in defaults. */
export function isAlwaysThere(
  { requiredness, defaultValue }: FieldSchema,
  direction: Direction,
): boolean {
  return direction === 'request'
    ? requiredness === 'required' && defaultValue === undefined
    : requiredness === 'required' || defaultValue !== undefined;
}

function integer(limit: number): OpenApiSchema {
  return { type: 'integer', format: 'int32', minimum: -limit, maximum: limit - 1 };
}

function partsOf(type: TypeSchema): TypeSchema[] {
  switch (type.kind) {
    case 'list':
    case 'set':
      return partsOf(type.element);
    case 'map':
      return [...partsOf(type.key), ...partsOf(type.value)];
    default:
      return [type];
  }
}

function keyOf({ file, name }: DefinitionReference): string {
  return `${file}#${name}`;
}

/** Names alone where they are unique, else with the path of their file. */
function componentNames({ files }: Schema): ReadonlyMap<string, string> {
  const all = Object.values(files).flatMap(({ path, enums, structs }) =>
    [...enums, ...structs].map(({ name }) => ({ file: path, name })),
  );
  const counts = new Map<string, number>();
  for (const { name } of all) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return new Map(
    all.map((reference) => {
      const { file, name } = reference;
      const prefix = file.replace(/\.thrift$/, '').replace(/[^A-Za-z0-9._-]/g, '.');
      return [keyOf(reference), counts.get(name) === 1 ? name : `${prefix}.${name}`];
    }),
  );
}
