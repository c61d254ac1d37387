import type { CodecOptions } from '@nestjs-thrift/codec/compiler';
import { findStruct } from '@nestjs-thrift/idl';
import type { ConstantValue, Schema, TypeSchema } from '@nestjs-thrift/idl';
import type { JsonValue } from './json-schema.js';

/** A constant of the IDL as the JSON of a value of its type. */
export function jsonConstant(
  constant: ConstantValue,
  type: TypeSchema,
  schema: Schema,
  i64: CodecOptions['i64'],
): JsonValue {
  const json = (value: ConstantValue, part: TypeSchema): JsonValue =>
    jsonConstant(value, part, schema, i64);
  switch (type.kind) {
    case 'i64':
      return i64 === 'number' ? Number(text(constant)) : text(constant);
    case 'binary':
      return Buffer.from(text(constant)).toString('base64');
    case 'list':
    case 'set':
      if (constant.kind !== 'list') {
        return [];
      }
      return constant.values.map((value) => json(value, type.element));
    case 'map': {
      if (constant.kind !== 'map') {
        return {};
      }
      const entries = constant.entries.map(
        ({ key, value }) => [json(key, type.key), json(value, type.value)] as const,
      );
      const isObject = entries.every(([key]) => typeof key !== 'object');
      if (!isObject) {
        return entries.map((pair) => [...pair]);
      }
      return Object.fromEntries(entries.map(([key, value]) => [`${key as string}`, value]));
    }
    case 'struct': {
      if (constant.kind !== 'struct') {
        return {};
      }
      const { fields } = findStruct(schema, type.ref);
      return Object.fromEntries(
        fields.flatMap(({ name, type: part }) => {
          const value = constant.fields[name];
          return value === undefined ? [] : [[name, json(value, part)]];
        }),
      );
    }
    default:
      if (constant.kind === 'integer') {
        return Number(constant.value);
      }
      return 'value' in constant ? constant.value : null;
  }
}

function text(constant: ConstantValue): string {
  return 'value' in constant ? String(constant.value) : '';
}
