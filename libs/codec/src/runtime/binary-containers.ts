import { badCount, badLength, truncated, wrongElementType } from './failures.js';
import { readI32 } from './numbers.js';

/** The five bytes before the elements of a list or set. Returns the position behind them. */
export function putBinaryList(view: DataView, p: number, type: number, count: number): number {
  view.setUint8(p, type);
  view.setInt32(p + 1, count);
  return p + 5;
}

/** The six bytes before the entries of a map. Returns the position behind them. */
export function putBinaryMap(
  view: DataView,
  p: number,
  keyType: number,
  valueType: number,
  count: number,
): number {
  view.setInt16(p, (keyType << 8) | valueType);
  view.setInt32(p + 2, count);
  return p + 6;
}

/** Length of a string or binary in the four bytes at `p`, checked against the rest of the message. */
export function readBinaryLength(view: DataView, p: number, end: number): number {
  const available = end - p - 4;
  if (available < 0) {
    throw truncated(end - p, 4);
  }
  const length = view.getInt32(p);
  if (length < 0 || length > available) {
    throw badLength(length, available);
  }
  return length;
}

/** As {@link readBinaryLength}, where a view of the message would cost more than it saves. */
export function readLengthOfBytes(bytes: Uint8Array, p: number, end: number): number {
  const available = end - p - 4;
  if (available < 0) {
    throw truncated(end - p, 4);
  }
  const length = readI32(bytes, p);
  if (length < 0 || length > available) {
    throw badLength(length, available);
  }
  return length;
}

/**
 * Count of a list or set in the five bytes at `p`. Elements of `minimum` bytes each must fit into the rest of the
 * message and, unless there are none, be of the wire type `type`.
 */
export function readBinaryList(
  view: DataView,
  p: number,
  end: number,
  type: number,
  minimum: number,
): number {
  const available = end - p - 5;
  if (available < 0) {
    throw truncated(end - p, 5);
  }
  const count = view.getInt32(p + 1);
  if (count < 0 || count * minimum > available) {
    throw badCount(count, available, minimum);
  }
  const found = view.getUint8(p);
  if (found !== type && count > 0) {
    throw wrongElementType(found, type);
  }
  return count;
}

/** As {@link readBinaryList}, for the six bytes before the entries of a map. */
export function readBinaryMap(
  view: DataView,
  p: number,
  end: number,
  keyType: number,
  valueType: number,
  minimum: number,
): number {
  const available = end - p - 6;
  if (available < 0) {
    throw truncated(end - p, 6);
  }
  const count = view.getInt32(p + 2);
  if (count < 0 || count * minimum > available) {
    throw badCount(count, available, minimum);
  }
  const key = view.getUint8(p);
  const value = view.getUint8(p + 1);
  if (key !== keyType && count > 0) {
    throw wrongElementType(key, keyType);
  }
  if (value !== valueType && count > 0) {
    throw wrongElementType(value, valueType);
  }
  return count;
}
