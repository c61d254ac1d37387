import type { FieldSchema } from '@nestjs-thrift/idl';
import type { Expression, FunctionName } from '../../validation/constraints.js';
import type { CodecOptions } from '@nestjs-thrift/codec/compiler';
import { quote } from '../text/literals.js';

/** Functions by the names that the runtime has for them. */
const FUNCTIONS: Readonly<Record<FunctionName, string>> = {
  len: 'lengthOf',
  sprintf: 'sprintf',
  now_unix_nano: 'nowUnixNano',
  equal: 'equal',
  mod: 'mod',
  add: 'add',
};

/** What the value of an annotation is in TypeScript, where `fields` is the struct it belongs to. */
export function expression(value: Expression, runtime: string, i64: CodecOptions['i64']): string {
  switch (value.kind) {
    case 'bool':
    case 'double':
      return String(value.value);
    case 'integer':
      return Number.isSafeInteger(Number(value.value)) ? value.value : `${value.value}n`;
    case 'text':
      return quote(value.value);
    case 'field':
      return reference(value.field, runtime, i64);
    case 'call': {
      const values = value.arguments.map((argument) => expression(argument, runtime, i64));
      return `${runtime}.${FUNCTIONS[value.name]}(${values.join(', ')})`;
    }
  }
}

/** Go reads an absent field as its zero, unless it is optional; then there is nothing to compare with. */
function reference(field: FieldSchema, runtime: string, i64: CodecOptions['i64']): string {
  const { name, type, requiredness, defaultValue } = field;
  const access = `fields[${quote(name)}]`;
  const value = type.kind === 'i64' && i64 === 'string' ? `${runtime}.integer(${access})` : access;
  if (requiredness !== 'default' || defaultValue !== undefined) {
    return value;
  }
  const zero = ZEROS[type.kind];
  return zero === undefined ? value : `(${value} ?? ${zero})`;
}

const ZEROS: Readonly<Partial<Record<FieldSchema['type']['kind'], string>>> = {
  bool: 'false',
  i8: '0',
  i16: '0',
  i32: '0',
  i64: '0',
  double: '0',
  enum: '0',
  string: "''",
  binary: "''",
  list: '[]',
  set: '[]',
  map: '[]',
};
