import type {
  ConstantValue,
  DefinitionReference,
  Schema,
  StructSchema,
  TypeSchema,
} from '@nestjs-thrift/idl';
import type { CodecOptions } from './emit/emit-context.js';
import { appliedDefault, structOf } from './emit/schema-lookup.js';
import type { ExceptionClass } from './exception-class.js';
import { defineEntry } from '../runtime/collections.js';

/** What turning a constant into a value needs to know. */
export interface ConstantScope {
  readonly schema: Schema;
  readonly i64: CodecOptions['i64'];
  exceptionClass(reference: DefinitionReference): ExceptionClass;
}

/** A constant as a value, made anew on each call. */
export function constantValue(
  value: ConstantValue,
  type: TypeSchema,
  scope: ConstantScope,
): unknown {
  switch (value.kind) {
    case 'bool':
    case 'double':
    case 'enum':
      return value.value;
    case 'integer':
      return integer(value.value, type, scope);
    case 'string':
      return type.kind === 'binary' ? Buffer.from(value.value) : value.value;
    case 'list': {
      const { element } = type as Extract<TypeSchema, { kind: 'list' }>;
      return value.values.map((item) => constantValue(item, element, scope));
    }
    case 'map':
      return map(value.entries, type as Extract<TypeSchema, { kind: 'map' }>, scope);
    case 'struct':
      return struct(value.fields, type as Extract<TypeSchema, { kind: 'struct' }>, scope);
  }
}

/** The defaults of a struct's fields, as reading applies them, in the order of the IDL. */
export function defaultValues(
  definition: StructSchema,
  scope: ConstantScope,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { name, type, defaultValue } of definition.fields) {
    if (defaultValue) {
      defineEntry(values, name, constantValue(defaultValue, type, scope));
    }
  }
  return values;
}

function integer(digits: string, type: TypeSchema, { i64 }: ConstantScope): unknown {
  if (type.kind !== 'i64' || i64 === 'number') {
    return Number(digits);
  }
  return i64 === 'bigint' ? BigInt(digits) : BigInt(digits).toString();
}

function map(
  entries: Extract<ConstantValue, { kind: 'map' }>['entries'],
  type: Extract<TypeSchema, { kind: 'map' }>,
  scope: ConstantScope,
): unknown {
  const pairs = entries.map(
    ({ key, value }) =>
      [constantValue(key, type.key, scope), constantValue(value, type.value, scope)] as const,
  );
  if (type.key.kind !== 'string') {
    return new Map(pairs);
  }
  return Object.fromEntries(pairs as Iterable<readonly [string, unknown]>);
}

function struct(
  fields: Readonly<Record<string, ConstantValue>>,
  type: Extract<TypeSchema, { kind: 'struct' }>,
  scope: ConstantScope,
): unknown {
  const definition = structOf(scope.schema, type.ref);
  const values: Record<string, unknown> = {};
  for (const field of definition.fields) {
    const own = Object.hasOwn(fields, field.name) ? fields[field.name] : undefined;
    const value = own ?? appliedDefault(definition, field);
    if (!value && definition.kind === 'union') {
      continue;
    }
    defineEntry(values, field.name, value && constantValue(value, field.type, scope));
  }
  if (definition.kind !== 'exception') {
    return values;
  }
  return new (scope.exceptionClass(type.ref))(values);
}
