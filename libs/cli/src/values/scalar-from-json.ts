import { CommandFailure, EXIT_CODES } from '../terminal/exit-codes.js';
import { type TypeSchema, findEnum, type BaseTypeName, type Schema } from '@nestjs-thrift/idl';

/** Ends the command because a value of the JSON does not fit the IDL: says where, what is wanted and what is there. */
export function misfit(path: string, wanted: string, got: unknown): CommandFailure {
  return new CommandFailure(
    EXIT_CODES.INPUT,
    `${path === '' ? 'the JSON' : path} must be ${wanted}, got ${shown(got)}`,
  );
}

/** The path of a field, an element or an entry. */
export function below(path: string, key: string | number): string {
  if (typeof key === 'number') {
    return `${path}[${key}]`;
  }
  if (!/^\w+$/.test(key)) {
    return `${path}[${JSON.stringify(key)}]`;
  }
  return path === '' ? key : `${path}.${key}`;
}

function shown(value: unknown): string {
  if (value === undefined) {
    return 'nothing';
  }
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** A type as the IDL writes it. */
export function typeName(type: TypeSchema): string {
  switch (type.kind) {
    case 'list':
    case 'set':
      return `${type.kind}<${typeName(type.element)}>`;
    case 'map':
      return `map<${typeName(type.key)}, ${typeName(type.value)}>`;
    case 'enum':
    case 'struct':
      return type.ref.name;
    default:
      return type.kind;
  }
}

const BITS: Partial<Record<BaseTypeName, number>> = { i8: 8, i16: 16, i32: 32 };
const NOT_NUMBERS = ['NaN', 'Infinity', '-Infinity'];
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A value of a type without parameters. */
export function scalarFromJson(json: unknown, kind: BaseTypeName, path: string): unknown {
  switch (kind) {
    case 'bool':
      if (typeof json === 'boolean') {
        return json;
      }
      throw misfit(path, 'true or false', json);
    case 'i64':
      return wideInteger(json, path);
    case 'double':
      if (typeof json === 'number') {
        return json;
      }
      if (typeof json === 'string' && NOT_NUMBERS.includes(json)) {
        return Number(json);
      }
      throw misfit(path, 'a number, or "NaN", "Infinity" or "-Infinity"', json);
    case 'string':
      if (typeof json === 'string') {
        return json;
      }
      throw misfit(path, 'a string', json);
    case 'binary':
      if (typeof json === 'string' && json.length % 4 === 0 && BASE64.test(json)) {
        return Buffer.from(json, 'base64');
      }
      throw misfit(path, 'binary as a string in base64', json);
    case 'uuid':
      if (typeof json === 'string' && UUID.test(json)) {
        return json.toLowerCase();
      }
      throw misfit(path, 'a uuid such as "6f1c2a70-…"', json);
    default:
      return narrowInteger(json, BITS[kind]!, path);
  }
}

/** A member of an enum, by its name or its number; numbers without a name pass, as they do on the wire. */
export function enumFromJson(
  json: unknown,
  type: TypeSchema & { readonly kind: 'enum' },
  schema: Schema,
  path: string,
): number {
  const { name, members } = findEnum(schema, type.ref);
  const member = members.find((candidate) => candidate.name === json);
  if (member !== undefined) {
    return member.value;
  }
  if (typeof json === 'number') {
    return narrowInteger(json, 32, path);
  }
  throw misfit(path, `a member of ${name} (${members.map((each) => each.name).join(', ')})`, json);
}

function narrowInteger(json: unknown, bits: number, path: string): number {
  const limit = 2 ** (bits - 1);
  if (typeof json === 'number' && Number.isInteger(json) && json >= -limit && json < limit) {
    return json;
  }
  throw misfit(path, `a whole number from ${-limit} to ${limit - 1}`, json);
}

function wideInteger(json: unknown, path: string): bigint {
  if (typeof json === 'number') {
    if (Number.isSafeInteger(json)) {
      return BigInt(json);
    }
    throw misfit(path, 'a whole number, or beyond 2^53 a string, which stays exact', json);
  }
  if (typeof json !== 'string' || !/^-?\d{1,19}$/.test(json)) {
    throw misfit(path, 'a 64-bit integer as a number or a decimal string', json);
  }
  const value = BigInt(json);
  if (BigInt.asIntN(64, value) !== value) {
    throw misfit(path, 'within 64 bits', json);
  }
  return value;
}
