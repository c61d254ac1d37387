import { setEntry } from '@nestjs-thrift/codec/internal';
import { constantValue, type SchemaShapes, zeroValue } from '@nestjs-thrift/codec/compiler';
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
  return type.kind === 'struct'
    ? zeroStruct(type, schema, shapes, around)
    : zeroValue(shapes.type(type));
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
