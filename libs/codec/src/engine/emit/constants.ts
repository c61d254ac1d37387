import type {
  ConstantValue,
  DefinitionReference,
  StructSchema,
  TypeSchema,
} from '@nestjs-thrift/idl';
import type { EmitContext } from './emit-context.js';
import { propertyKey, quote } from './names.js';
import { appliedDefault, structOf } from './schema-lookup.js';
import { typescriptType } from './typescript-type.js';

/** What constants need of the context around them. */
export type ConstantContext = Pick<
  EmitContext,
  'language' | 'schema' | 'i64' | 'typeName' | 'exceptionClass'
>;

/** An expression for a constant; each evaluation makes a fresh value, so that nobody shares a list by accident. */
export function emitConstant(
  value: ConstantValue,
  type: TypeSchema,
  context: ConstantContext,
): string {
  switch (value.kind) {
    case 'bool':
      return String(value.value);
    case 'integer':
      return emitInteger(value.value, type, context);
    case 'double':
      return Object.is(value.value, -0) ? '-0' : String(value.value);
    case 'string':
      return type.kind === 'binary' ? `Buffer.from(${quote(value.value)})` : quote(value.value);
    case 'enum':
      return emitEnum(value.value, type, context);
    case 'list':
      return emitList(value.values, type, context);
    case 'map':
      return emitMap(value.entries, type, context);
    case 'struct':
      return emitStruct(value.fields, type, context);
  }
}

/** An object literal with the defaults of a struct's fields, in the order of the IDL. */
export function emitDefaults(struct: StructSchema, context: ConstantContext): string {
  const fields = struct.fields.filter(({ defaultValue }) => defaultValue !== undefined);
  const members = fields.map(
    ({ name, defaultValue, type }) =>
      `${propertyKey(name)}: ${emitConstant(defaultValue!, type, context)}`,
  );
  return literal(members);
}

function emitInteger(digits: string, type: TypeSchema, context: ConstantContext): string {
  if (type.kind === 'double') {
    return String(Number(digits));
  }
  if (type.kind !== 'i64' || context.i64 === 'number') {
    return String(Number(digits));
  }
  return context.i64 === 'bigint' ? `${BigInt(digits)}n` : quote(BigInt(digits).toString());
}

function emitEnum(value: number, type: TypeSchema, context: ConstantContext): string {
  if (context.language === 'javascript' || type.kind !== 'enum') {
    return String(value);
  }
  return `(${value} as number as ${context.typeName(type.ref)})`;
}

function emitList(
  values: readonly ConstantValue[],
  type: TypeSchema,
  context: ConstantContext,
): string {
  if (type.kind !== 'list' && type.kind !== 'set') {
    throw mismatch('list', type);
  }
  return `[${values.map((value) => emitConstant(value, type.element, context)).join(', ')}]`;
}

function emitMap(
  entries: readonly { readonly key: ConstantValue; readonly value: ConstantValue }[],
  type: TypeSchema,
  context: ConstantContext,
): string {
  if (type.kind !== 'map') {
    throw mismatch('map', type);
  }
  const pairs = entries.map(({ key, value }) => ({
    key,
    value: emitConstant(value, type.value, context),
  }));
  if (type.key.kind === 'string') {
    return literal(
      pairs.map(({ key, value }) => {
        if (key.kind !== 'string') {
          throw mismatch(key.kind, type.key);
        }
        return `${propertyKey(key.value)}: ${value}`;
      }),
    );
  }
  const keyType = type.key;
  const members = pairs.map(
    ({ key, value }) => `[${emitConstant(key, keyType, context)}, ${value}]`,
  );
  const parameters =
    context.language === 'typescript'
      ? `<${typescriptType(keyType, context)}, ${typescriptType(type.value, context)}>`
      : '';
  return `new Map${parameters}([${members.join(', ')}])`;
}

function emitStruct(
  fields: Readonly<Record<string, ConstantValue>>,
  type: TypeSchema,
  context: ConstantContext,
): string {
  if (type.kind !== 'struct') {
    throw mismatch('struct', type);
  }
  const struct = structOf(context.schema, type.ref);
  const members: string[] = [];
  for (const field of struct.fields) {
    const own = Object.hasOwn(fields, field.name) ? fields[field.name] : undefined;
    const value = own ?? appliedDefault(struct, field);
    if (value === undefined && struct.kind === 'union') {
      continue;
    }
    const text = value === undefined ? 'undefined' : emitConstant(value, field.type, context);
    members.push(`${propertyKey(field.name)}: ${text}`);
  }
  return construct(struct, type.ref, literal(members), context);
}

/** A struct is its literal, an exception is made from it. */
export function construct(
  struct: StructSchema,
  reference: DefinitionReference,
  fields: string,
  context: Pick<EmitContext, 'exceptionClass'>,
): string {
  if (struct.kind !== 'exception') {
    return fields;
  }
  return `new ${context.exceptionClass(reference)}(${fields})`;
}

function literal(members: readonly string[]): string {
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function mismatch(kind: string, type: TypeSchema): Error {
  return new Error(`a ${kind} constant cannot be of the type ${type.kind}`);
}
