import { badCount, badLength, truncated, wrongElementType } from './failures.js';
import { putI32, readI32 } from './numbers.js';

/** The five bytes before the elements of a list or set. Returns the position behind them. */
export function putBinaryList(bytes: Uint8Array, p: number, type: number, count: number): number {
  bytes[p] = type;
  putI32(bytes, p + 1, count);
  return p + 5;
}

/** The six bytes before the entries of a map. Returns the position behind them. */
export function putBinaryMap(
  bytes: Uint8Array,
  p: number,
  keyType: number,
  valueType: number,
  count: number,
): number {
  bytes[p] = keyType;
  bytes[p + 1] = valueType;
  putI32(bytes, p + 2, count);
  return p + 6;
}

/** Length of a string or binary in the four bytes at `p`, checked against the rest of the message. */
export function readBinaryLength(bytes: Uint8Array, p: number, end: number): number {
  const available = end - p - 4;
  if (available < 0) throw truncated(end - p, 4);
  const length = readI32(bytes, p);
  if (length < 0 || length > available) throw badLength(length, available);
  return length;
}

/**
 * Count of a list or set in the five bytes at `p`. Elements of `minimum` bytes each must fit into the rest of the
 * message and, unless there are none, be of the wire type `type`.
 */
export function readBinaryList(
  bytes: Uint8Array,
  p: number,
  end: number,
  type: number,
  minimum: number,
): number {
  const available = end - p - 5;
  if (available < 0) throw truncated(end - p, 5);
  const count = readI32(bytes, p + 1);
  if (count < 0 || count * minimum > available) throw badCount(count, available);
  if (bytes[p] !== type && count > 0) throw wrongElementType(bytes[p]!, type);
  return count;
}

/** As {@link readBinaryList}, for the six bytes before the entries of a map. */
export function readBinaryMap(
  bytes: Uint8Array,
  p: number,
  end: number,
  keyType: number,
  valueType: number,
  minimum: number,
): number {
  const available = end - p - 6;
  if (available < 0) throw truncated(end - p, 6);
  const count = readI32(bytes, p + 2);
  if (count < 0 || count * minimum > available) throw badCount(count, available);
  if (bytes[p] !== keyType && count > 0) throw wrongElementType(bytes[p]!, keyType);
  if (bytes[p + 1] !== valueType && count > 0) throw wrongElementType(bytes[p + 1]!, valueType);
  return count;
}
