import { ProtocolError } from '../errors/protocol.error.js';
import { ValueError } from '../errors/value.error.js';

/** A value that is not of the type `expected`, as IDL calls it. */
export function invalidValue(path: string, expected: string, value: unknown): ValueError {
  return new ValueError('INVALID_DATA', path, `expected ${expected}, got ${describe(value)}`);
}

/** A value with a `problem` that its type does not tell. */
export function badValue(path: string, problem: string): ValueError {
  return new ValueError('INVALID_DATA', path, problem);
}

/** A value nested deeper than any reader accepts, or one that contains itself. */
export function valueTooDeep(path: string): ValueError {
  return new ValueError('DEPTH_LIMIT', path, 'nested too deep, or contains itself');
}

/**
 * The error of a nested struct as its parent reports it: `path` leads to the nested struct and takes the place of
 * its name, which has `nameLength` characters.
 */
export function within(error: unknown, path: string, nameLength: number): unknown {
  if (!(error instanceof ValueError)) {
    return error;
  }
  return new ValueError(error.reason, path + error.path.slice(nameLength), error.problem);
}

/** A message that ends before `needed` more bytes. */
export function truncated(available: number, needed: number): ProtocolError {
  return new ProtocolError(
    'TRUNCATED',
    `message ends after ${available} of ${needed} bytes needed`,
  );
}

/** A string or binary whose length is negative or more than the message holds. */
export function badLength(length: number, available: number): ProtocolError {
  if (length < 0) {
    return new ProtocolError('NEGATIVE_SIZE', `length ${length} is negative`);
  }
  return truncated(available, length);
}

/** A container whose count is negative, or whose elements of `minimum` bytes each cannot fit into the rest. */
export function badCount(count: number, available: number, minimum: number): ProtocolError {
  if (count < 0) {
    return new ProtocolError('NEGATIVE_SIZE', `element count ${count} is negative`);
  }
  return new ProtocolError(
    'TRUNCATED',
    `message ends after ${available} bytes, too few for ${count} elements of at least ${minimum} bytes`,
  );
}

/** A map at the path `where` whose keys collide in the hash table of Map. */
export function collidingKeys(where: string): ProtocolError {
  return new ProtocolError(
    'DECODE_LIMIT',
    `${where}: the keys of the map collide in the hash table of a JavaScript Map as only keys do that are chosen to slow the reader down; send such pairs as a list of structs`,
  );
}

/** A container of other elements than the schema says. */
export function wrongElementType(found: number, expected: number): ProtocolError {
  return invalidData(`container of wire type ${found}, expected ${expected}`);
}

/** Structs and containers nested beyond the limit of the reader. */
export function tooDeep(): ProtocolError {
  return new ProtocolError('DEPTH_LIMIT', 'message is nested too deep');
}

/** A struct that came without a required field. */
export function missingField(struct: string, field: string): ProtocolError {
  return invalidData(`${struct}.${field}: required field is missing`);
}

/** A field whose type on the wire is not that of the IDL. */
export function mismatchedField(struct: string, field: string): ProtocolError {
  return invalidData(`${struct}.${field}: the field has another type than in the IDL`);
}

/** A union that came with no known field or with several. */
export function badUnion(union: string): ProtocolError {
  return invalidData(`${union}: a union has one field, and several came`);
}

/** Bytes of the wrong shape. */
export function invalidData(message: string): ProtocolError {
  return new ProtocolError('INVALID_DATA', message);
}

/** Bits of the largest bigint that errors show; an i64 has fewer. */
const MAX_SHOWN_BITS = 128;

/** A bigint as text, bounded: one that came as JSON may have millions of digits, and takes quadratic time to print. */
export function shortBigint(value: bigint, suffix = ''): string {
  const isShort = BigInt.asIntN(MAX_SHOWN_BITS, value) === value;
  return isShort ? `${value}${suffix}` : `bigint of more than ${MAX_SHOWN_BITS} bits`;
}

function describe(value: unknown): string {
  if (value === null) {
    return 'null';
  }
  if (Array.isArray(value)) {
    return 'array';
  }
  if (typeof value === 'bigint') {
    return shortBigint(value, 'n');
  }
  if (typeof value === 'number') {
    return `number ${Object.is(value, -0) ? '-0' : value}`;
  }
  if (typeof value !== 'object') {
    return typeof value;
  }
  const name = value.constructor?.name;
  return name && name !== 'Object' ? name : 'object';
}
