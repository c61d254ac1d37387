import {
  isStruct,
  type MapShape,
  type StructShape,
  type TypeShape,
} from '../../definition/shape.js';
import type { EmitContext } from './emit-context.js';
import { propertyKey, quote } from './names.js';
import { typescriptType } from './typescript-type.js';

/** What constants need of the context around them. */
export type ConstantContext = Pick<EmitContext, 'language' | 'typeName' | 'exceptionClass'>;

/** An expression for a value; each evaluation makes a fresh one, so that no two users share a list by accident. */
export function emitConstant(value: unknown, type: TypeShape, context: ConstantContext): string {
  if (isStruct(type)) {
    return emitStruct(value as Readonly<Record<string, unknown>>, type, context);
  }
  switch (type.kind) {
    case 'double':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'i64':
      return typeof value === 'bigint' ? `${value}n` : emitText(value);
    case 'string':
    case 'uuid':
      return quote(value as string);
    case 'binary':
      return emitBytes(value as Uint8Array);
    case 'enum':
      return context.language === 'typescript'
        ? `(${String(value)} as number as ${context.typeName(type)})`
        : String(value);
    case 'list':
    case 'set': {
      const elements = [...(value as Iterable<unknown>)];
      return `[${elements.map((element) => emitConstant(element, type.element, context)).join(', ')}]`;
    }
    case 'map':
      return emitMap(value as object, type, context);
    default:
      return String(value);
  }
}

/** An object literal with the values of some fields of a struct, in the order of the IDL. */
export function emitFields(
  values: Readonly<Record<string, unknown>>,
  struct: StructShape,
  context: ConstantContext,
  keepAbsent = false,
): string {
  const members: string[] = [];
  for (const { name, type } of struct.fields) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value !== undefined) {
      members.push(`${propertyKey(name)}: ${emitConstant(value, type, context)}`);
    } else if (keepAbsent) {
      members.push(`${propertyKey(name)}: undefined`);
    }
  }
  return literal(members);
}

/** A struct is its literal, an exception is made from it. */
export function construct(
  struct: StructShape,
  fields: string,
  context: Pick<EmitContext, 'exceptionClass'>,
): string {
  return struct.kind === 'exception' ? `new ${context.exceptionClass(struct)}(${fields})` : fields;
}

function emitStruct(
  values: Readonly<Record<string, unknown>>,
  struct: StructShape,
  context: ConstantContext,
): string {
  const fields = emitFields(values, struct, context, struct.kind !== 'union');
  return construct(struct, fields, context);
}

function emitText(value: unknown): string {
  return typeof value === 'string' ? quote(value) : String(value);
}

function emitBytes(value: Uint8Array): string {
  const bytes = Buffer.from(value);
  const text = bytes.toString();
  const isText = Buffer.from(text).equals(bytes);
  return isText
    ? `Buffer.from(${quote(text)})`
    : `Buffer.from(${quote(bytes.toString('base64'))}, 'base64')`;
}

function emitMap(value: object, { key, value: item }: MapShape, context: ConstantContext): string {
  if (key.kind === 'string') {
    const members = Object.entries(value).map(
      ([name, each]) => `${propertyKey(name)}: ${emitConstant(each, item, context)}`,
    );
    return literal(members);
  }
  const entries = [...(value as ReadonlyMap<unknown, unknown>)].map(
    ([name, each]) => `[${emitConstant(name, key, context)}, ${emitConstant(each, item, context)}]`,
  );
  const parameters =
    context.language === 'typescript'
      ? `<${typescriptType(key, context)}, ${typescriptType(item, context)}>`
      : '';
  return `new Map${parameters}([${entries.join(', ')}])`;
}

function literal(members: readonly string[]): string {
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
