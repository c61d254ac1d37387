import type { ConstantValue } from '@nestjs-thrift/idl';
import {
  defaultOf,
  isStruct,
  type FieldShape,
  type ListShape,
  type MapShape,
  type StructShape,
  type TypeShape,
} from '../definition/shape.js';
import { defineEntry } from '../runtime/collections.js';

/** A constant as a value, made afresh on each call. */
export function constantValue(value: ConstantValue, type: TypeShape): unknown {
  switch (value.kind) {
    case 'bool':
    case 'double':
    case 'enum':
      return value.value;
    case 'integer':
      return integer(value.value, type);
    case 'string':
      return type.kind === 'binary' ? Buffer.from(value.value) : value.value;
    case 'list': {
      const { element } = type as ListShape;
      return value.values.map((item) => constantValue(item, element));
    }
    case 'map':
      return map(value.entries, type as MapShape);
    case 'struct':
      return struct(value.fields, type);
  }
}

/** The defaults of a struct's fields, as reading applies them, in the order of the IDL. */
export function defaultValues({ fields }: StructShape): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    if (field.defaultValue !== undefined) {
      defineEntry(values, field.name, defaultOf(field));
    }
  }
  return values;
}

function integer(digits: string, type: TypeShape): unknown {
  if (type.kind !== 'i64' || type.as === 'number') {
    return Number(digits);
  }
  return type.as === 'bigint' ? BigInt(digits) : BigInt(digits).toString();
}

function map(entries: Extract<ConstantValue, { kind: 'map' }>['entries'], type: MapShape): unknown {
  const pairs = entries.map(
    ({ key, value }) => [constantValue(key, type.key), constantValue(value, type.value)] as const,
  );
  if (type.key.kind !== 'string') {
    return new Map(pairs);
  }
  return Object.fromEntries(pairs as Iterable<readonly [string, unknown]>);
}

function struct(fields: Readonly<Record<string, ConstantValue>>, type: TypeShape): unknown {
  if (!isStruct(type)) {
    throw new Error(`a struct constant cannot be of the type ${type.kind}`);
  }
  const values: Record<string, unknown> = {};
  for (const field of type.fields) {
    const own = Object.hasOwn(fields, field.name) ? fields[field.name] : undefined;
    if (own === undefined && type.kind === 'union') {
      continue;
    }
    const value = own
      ? constantValue(own, field.type)
      : (defaultOf(field) ?? zeroIfRequired(field));
    defineEntry(values, field.name, value);
  }
  return type.exceptionClass === undefined ? values : new (type.exceptionClass())(values);
}

/** As in Go, where each field of a literal has a value. */
function zeroIfRequired({ requiredness, type }: FieldShape): unknown {
  return requiredness === 'required' ? zeroValue(type) : undefined;
}

/** What Go has for a value of a type that was not set; of a struct the required fields alone. */
export function zeroValue(type: TypeShape): unknown {
  switch (type.kind) {
    case 'bool':
      return false;
    case 'i8':
    case 'i16':
    case 'i32':
    case 'double':
    case 'enum':
      return 0;
    case 'i64':
      return integer('0', type);
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
      return map([], type);
    default:
      return struct({}, type);
  }
}
