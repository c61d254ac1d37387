import type { EnumShape, I64Representation, TypeShape } from '../definition/shape.js';
import { JsonValueError } from './json-value.error.js';
import { JsonNumber } from './parse-json.js';

const BITS = { i8: 8, i16: 16, i32: 32 } as const;
const NOT_NUMBERS: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity']);
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const INTEGER = /^-?\d{1,20}$/;

/** Types without parameters. */
type ScalarShape = Exclude<
  TypeShape,
  { readonly kind: 'list' | 'set' | 'map' | 'struct' | 'union' | 'exception' }
>;

/** A type as the IDL writes it. */
export function typeName(type: TypeShape): string {
  switch (type.kind) {
    case 'list':
    case 'set':
      return `${type.kind}<${typeName(type.element)}>`;
    case 'map':
      return `map<${typeName(type.key)}, ${typeName(type.value)}>`;
    case 'enum':
    case 'struct':
    case 'union':
    case 'exception':
      return type.name;
    default:
      return type.kind;
  }
}

/** A value of a type without parameters. */
export function scalarFromJson(json: unknown, type: ScalarShape, path: string): unknown {
  switch (type.kind) {
    case 'bool':
      if (typeof json === 'boolean') {
        return json;
      }
      throw new JsonValueError(path, 'true or false', json);
    case 'i64':
      return represented(wideInteger(json, path), type.as);
    case 'double':
      return double(json, path);
    case 'string':
      return text(json, path);
    case 'binary':
      if (typeof json === 'string' && json.length % 4 === 0 && BASE64.test(json)) {
        return Buffer.from(json, 'base64');
      }
      throw new JsonValueError(path, 'binary as a string in base64', json);
    case 'uuid':
      if (typeof json === 'string' && UUID.test(json)) {
        return json.toLowerCase();
      }
      throw new JsonValueError(path, 'a uuid such as "6f1c2a70-…"', json);
    case 'enum':
      return member(json, type, path);
    default:
      return narrowInteger(json, BITS[type.kind], path);
  }
}

/** A member of an enum, by its name or its number; numbers without a name pass, as they do on the wire. */
function member(json: unknown, { name, members }: EnumShape, path: string): number {
  if (typeof json === 'string' && Object.hasOwn(members, json)) {
    return members[json]!;
  }
  if (integerOf(json) !== undefined) {
    return narrowInteger(json, 32, path);
  }
  const known = Object.keys(members).join(', ');
  throw new JsonValueError(path, `a member of ${name} (${known})`, json);
}

function text(json: unknown, path: string): string {
  if (typeof json !== 'string') {
    throw new JsonValueError(path, 'a string', json);
  }
  if (LONE_SURROGATE.test(json)) {
    throw new JsonValueError(
      path,
      'a string without lone surrogates, which UTF-8 cannot encode',
      json,
    );
  }
  return json;
}

function double(json: unknown, path: string): number {
  if (typeof json === 'number') {
    return json;
  }
  if (NOT_NUMBERS.has(json)) {
    return Number(json);
  }
  if (!(json instanceof JsonNumber)) {
    throw new JsonValueError(path, 'a number, or "NaN", "Infinity" or "-Infinity"', json);
  }
  const value = Number(json.text);
  if (!Number.isFinite(value) && !NOT_NUMBERS.has(json.text)) {
    throw new JsonValueError(path, 'a number within the range of a double', json);
  }
  return value;
}

function narrowInteger(json: unknown, bits: number, path: string): number {
  const limit = 2 ** (bits - 1);
  const value = integerOf(json);
  if (value === undefined || value < -limit || value >= limit) {
    throw new JsonValueError(path, `an integer from ${-limit} to ${limit - 1}`, json);
  }
  return Number(value);
}

function wideInteger(json: unknown, path: string): bigint {
  if (typeof json === 'number' && Number.isInteger(json) && !Number.isSafeInteger(json)) {
    throw new JsonValueError(path, 'a bigint or text, which stay exact beyond 2^53', json);
  }
  const isDigits = typeof json === 'string' && INTEGER.test(json);
  const value = isDigits ? BigInt(json) : integerOf(json);
  if (value === undefined) {
    throw new JsonValueError(path, 'a 64-bit integer as a number or a decimal string', json);
  }
  if (BigInt.asIntN(64, value) !== value) {
    throw new JsonValueError(path, 'within 64 bits', json);
  }
  return value;
}

/** The integer that a number of JSON is; 2.0 and 1e3 are none. */
function integerOf(json: unknown): bigint | undefined {
  if (json instanceof JsonNumber) {
    return INTEGER.test(json.text) ? BigInt(json.text) : undefined;
  }
  if (typeof json === 'bigint') {
    return json;
  }
  return Number.isInteger(json) ? BigInt(json as number) : undefined;
}

function represented(value: bigint, as: I64Representation): bigint | number | string {
  if (as === 'bigint') {
    return value;
  }
  return as === 'string' ? value.toString() : Number(value);
}
