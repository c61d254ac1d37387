import { defineEntry } from '@nestjs-thrift/codec/compiler';
import { findEnum, findStruct, type Schema, type TypeSchema } from '@nestjs-thrift/idl';

/** Types whose values are text in JSON, so that they can be names of an object. */
const TEXT_KEYS = new Set(['bool', 'i8', 'i16', 'i32', 'i64', 'string', 'uuid', 'enum']);

/** A decoded value as JSON, in the form that `JsonReader` reads; an i64 beyond 2^53 is a string. */
export function toJson(value: unknown, type: TypeSchema, schema: Schema): unknown {
  switch (type.kind) {
    case 'i64':
      return wideInteger(value as bigint);
    case 'double':
      return Number.isFinite(value) ? value : String(value);
    case 'binary':
      return (value as Buffer).toString('base64');
    case 'enum': {
      const { members } = findEnum(schema, type.ref);
      return members.find((member) => member.value === value)?.name ?? value;
    }
    case 'struct':
      return structToJson(value as Record<string, unknown>, type, schema);
    case 'list':
    case 'set':
      return Array.from(value as Iterable<unknown>, (each) => toJson(each, type.element, schema));
    case 'map':
      return mapToJson(value as object, type, schema);
    default:
      return value;
  }
}

function structToJson(
  value: Readonly<Record<string, unknown>>,
  type: TypeSchema & { kind: 'struct' },
  schema: Schema,
): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const field of findStruct(schema, type.ref).fields) {
    const member = Object.hasOwn(value, field.name) ? value[field.name] : undefined;
    if (member !== undefined && member !== null) {
      defineEntry(json, field.name, toJson(member, field.type, schema));
    }
  }
  return json;
}

function mapToJson(value: object, type: TypeSchema & { kind: 'map' }, schema: Schema): unknown {
  const entries = value instanceof Map ? [...value.entries()] : Object.entries(value);
  const pairs = entries.map(
    ([key, each]) => [toJson(key, type.key, schema), toJson(each, type.value, schema)] as const,
  );
  if (!TEXT_KEYS.has(type.key.kind)) {
    return pairs;
  }
  // An own property whatever its name.
  return Object.fromEntries(pairs.map(([key, each]) => [String(key), each]));
}

function wideInteger(value: bigint): number | string {
  const narrow = Number(value);
  return Number.isSafeInteger(narrow) ? narrow : value.toString();
}
