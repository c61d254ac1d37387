import { setEntry } from '@nestjs-thrift/codec/internal';
import { constantValue, type SchemaShapes } from '@nestjs-thrift/codec/compiler';
import { findStruct, type Schema, type TypeSchema } from '@nestjs-thrift/idl/http';

/**
 * The zero of a type, which Go servers get for a field that is neither `required` nor `optional`; `undefined` for a union, and for a
 * struct inside of itself, which have none.
 */
export function zeroOf(
  type: TypeSchema,
  schema: Schema,
  shapes: SchemaShapes,
  around: readonly string[] = [],
): unknown {
  switch (type.kind) {
    case 'bool':
      return false;
    case 'i64':
      return 0n;
    case 'string':
      return '';
    case 'binary':
      return Buffer.alloc(0);
    case 'uuid':
      return '00000000-0000-0000-0000-000000000000';
    case 'list':
    case 'set':
      return [];
    case 'map':
      return type.key.kind === 'string' ? {} : new Map();
    case 'struct':
      return zeroStruct(type, schema, shapes, around);
    default:
      return 0;
  }
}

function zeroStruct(
  { ref }: Extract<TypeSchema, { kind: 'struct' }>,
  schema: Schema,
  shapes: SchemaShapes,
  around: readonly string[],
): unknown {
  const struct = findStruct(schema, ref);
  const key = `${ref.file}#${ref.name}`;
  if (struct.kind === 'union' || around.includes(key)) {
    return undefined;
  }
  const value: Record<string, unknown> = {};
  for (const { name, type, requiredness, defaultValue } of struct.fields) {
    if (requiredness === 'optional') {
      continue;
    }
    const zero =
      defaultValue === undefined
        ? zeroOf(type, schema, shapes, [...around, key])
        : constantValue(defaultValue, shapes.type(type));
    setEntry(value, name, zero);
  }
  return value;
}
