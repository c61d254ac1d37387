import { badCount, invalidData, tooDeep, truncated } from './failures.js';
import { readLengthOfBytes } from './binary-containers.js';
import { readI32 } from './numbers.js';
import { BINARY_TYPES as TYPES } from './binary-types.js';

/**
 * Steps over one value of Binary and returns the position behind it. `depth` is how many structs and containers may
 * still be entered.
 */
export function skipBinary(
  bytes: Uint8Array,
  p: number,
  end: number,
  type: number,
  depth: number,
): number {
  const size = fixedSize(type);
  if (size > 0) {
    return advance(p, end, size);
  }
  switch (type) {
    case TYPES.string:
      return p + 4 + readLengthOfBytes(bytes, p, end);
    case TYPES.struct:
      return skipStruct(bytes, p, end, enter(depth));
    case TYPES.list:
    case TYPES.set:
      return skipList(bytes, p, end, enter(depth));
    case TYPES.map:
      return skipMap(bytes, p, end, enter(depth));
    default:
      throw invalidData(`unknown wire type ${type}`);
  }
}

/** Size of a type without a separate length, else 0. */
function fixedSize(type: number): number {
  switch (type) {
    case TYPES.bool:
    case TYPES.i8:
      return 1;
    case TYPES.i16:
      return 2;
    case TYPES.i32:
      return 4;
    case TYPES.i64:
    case TYPES.double:
      return 8;
    case TYPES.uuid:
      return 16;
    default:
      return 0;
  }
}

function skipStruct(bytes: Uint8Array, p: number, end: number, depth: number): number {
  for (;;) {
    if (p >= end) {
      throw truncated(0, 1);
    }
    const type = bytes[p]!;
    if (type === 0) {
      return p + 1;
    }
    p = skipBinary(bytes, advance(p, end, 3), end, type, depth);
  }
}

function skipList(bytes: Uint8Array, p: number, end: number, depth: number): number {
  const start = advance(p, end, 5);
  const type = bytes[p]!;
  const count = readI32(bytes, p + 1);
  const size = fixedSize(type);
  checkCount(count, Math.max(size, 1), end - start);
  if (size > 0) {
    return start + count * size;
  }
  p = start;
  for (let index = 0; index < count; index += 1) {
    p = skipBinary(bytes, p, end, type, depth);
  }
  return p;
}

function skipMap(bytes: Uint8Array, p: number, end: number, depth: number): number {
  const start = advance(p, end, 6);
  const keyType = bytes[p]!;
  const valueType = bytes[p + 1]!;
  const count = readI32(bytes, p + 2);
  checkCount(count, 2, end - start);
  p = start;
  for (let index = 0; index < count; index += 1) {
    p = skipBinary(bytes, p, end, keyType, depth);
    p = skipBinary(bytes, p, end, valueType, depth);
  }
  return p;
}

function checkCount(count: number, minimum: number, available: number): void {
  if (count < 0 || count * minimum > available) {
    throw badCount(count, available, minimum);
  }
}

function enter(depth: number): number {
  if (depth < 1) {
    throw tooDeep();
  }
  return depth - 1;
}

function advance(p: number, end: number, size: number): number {
  if (end - p < size) {
    throw truncated(end - p, size);
  }
  return p + size;
}
