import type { ReadBuffer } from '../buffer/read-buffer.js';
import { COMPACT_FALSE, COMPACT_TYPES } from './compact-types.js';
import { badCount, badLength, truncated, wrongElementType } from './failures.js';
import { putVarint, readVarint } from './varints.js';

/** Counts below this stand in the first byte of a list or set. */
const LONG_COUNT = 15;

/** The bytes before the elements of a list or set, at most six. Returns the position behind them. */
export function putCompactList(bytes: Uint8Array, p: number, type: number, count: number): number {
  if (count < LONG_COUNT) {
    bytes[p] = (count << 4) | type;
    return p + 1;
  }
  bytes[p] = 0xf0 | type;
  return putVarint(bytes, p + 1, count);
}

/** The bytes before the entries of a map, at most six. Returns the position behind them. */
export function putCompactMap(
  bytes: Uint8Array,
  p: number,
  keyType: number,
  valueType: number,
  count: number,
): number {
  if (count === 0) {
    bytes[p] = 0;
    return p + 1;
  }
  const next = putVarint(bytes, p, count);
  bytes[next] = (keyType << 4) | valueType;
  return next + 1;
}

/** A field header, at most four bytes, for ids that need not follow closely. Returns the position behind it. */
export function putCompactField(
  bytes: Uint8Array,
  p: number,
  type: number,
  id: number,
  lastId: number,
): number {
  const delta = id - lastId;
  if (delta > 0 && delta <= 15) {
    bytes[p] = (delta << 4) | type;
    return p + 1;
  }
  bytes[p] = type;
  return putVarint(bytes, p + 1, (id << 1) ^ (id >> 31));
}

/** Length of a string or binary, checked against the rest of the message. */
export function readCompactLength(input: ReadBuffer): number {
  const length = readVarint(input);
  const available = input.end - input.position;
  if (length < 0 || length > available) {
    throw badLength(length, available);
  }
  return length;
}

/**
 * Count of a list or set. Elements of `minimum` bytes each must fit into the rest of the message and, unless there are
 * none, be of the wire type `type`.
 */
export function readCompactList(input: ReadBuffer, type: number, minimum: number): number {
  if (input.position >= input.end) {
    throw truncated(0, 1);
  }
  const header = input.bytes[input.position]!;
  input.position += 1;
  const count = header >> 4 === LONG_COUNT ? readVarint(input) : header >> 4;
  checkCount(count, minimum, input);
  if (count > 0) {
    checkType(header & 15, type);
  }
  return count;
}

/** As {@link readCompactList}, for a map. */
export function readCompactMap(
  input: ReadBuffer,
  keyType: number,
  valueType: number,
  minimum: number,
): number {
  const count = readVarint(input);
  if (count === 0) {
    return 0;
  }
  if (input.position >= input.end) {
    throw truncated(0, 1);
  }
  const types = input.bytes[input.position]!;
  input.position += 1;
  checkCount(count, minimum, input);
  checkType(types >> 4, keyType);
  checkType(types & 15, valueType);
  return count;
}

function checkCount(count: number, minimum: number, input: ReadBuffer): void {
  const available = input.end - input.position;
  if (count < 0 || count * minimum > available) {
    throw badCount(count, available, minimum);
  }
}

/** Some writers mark bools in containers as 1, some as 2. */
function checkType(found: number, expected: number): void {
  if (found === expected) {
    return;
  }
  if (expected === COMPACT_TYPES.bool && found === COMPACT_FALSE) {
    return;
  }
  throw wrongElementType(found, expected);
}
