import type { ReadBuffer } from '../buffer/read-buffer.js';
import { COMPACT_FALSE, COMPACT_TYPES as TYPES } from './compact-types.js';
import { readCompactLength } from './compact-containers.js';
import { badCount, invalidData, tooDeep, truncated } from './failures.js';
import { readVarint, skipVarint } from './varints.js';

/**
 * Steps over the value of a Compact field. `depth` is how many structs and containers may still be entered. A bool
 * field has no separate value.
 */
export function skipCompact(input: ReadBuffer, type: number, depth: number): void {
  if (type !== TYPES.bool && type !== COMPACT_FALSE) {
    skipElement(input, type, depth);
  }
}

function skipElement(input: ReadBuffer, type: number, depth: number): void {
  switch (type) {
    case TYPES.bool:
    case COMPACT_FALSE:
    case TYPES.i8:
      return advance(input, 1);
    case TYPES.i16:
    case TYPES.i32:
    case TYPES.i64:
      return skipVarint(input);
    case TYPES.double:
      return advance(input, 8);
    case TYPES.uuid:
      return advance(input, 16);
    case TYPES.string:
      return advance(input, readCompactLength(input));
    case TYPES.list:
    case TYPES.set:
      return skipList(input, enter(depth));
    case TYPES.map:
      return skipMap(input, enter(depth));
    case TYPES.struct:
      return skipStruct(input, enter(depth));
    default:
      throw invalidData(`unknown wire type ${type}`);
  }
}

function skipStruct(input: ReadBuffer, depth: number): void {
  for (;;) {
    const header = nextByte(input);
    if (header === 0) {
      return;
    }
    if (header >> 4 === 0) {
      skipVarint(input);
    }
    skipCompact(input, header & 15, depth);
  }
}

function skipList(input: ReadBuffer, depth: number): void {
  const header = nextByte(input);
  const count = header >> 4 === 15 ? readVarint(input) : header >> 4;
  checkCount(input, count, 1);
  for (let index = 0; index < count; index += 1) {
    skipElement(input, header & 15, depth);
  }
}

function skipMap(input: ReadBuffer, depth: number): void {
  const count = readVarint(input);
  if (count === 0) {
    return;
  }
  const types = nextByte(input);
  checkCount(input, count, 2);
  for (let index = 0; index < count; index += 1) {
    skipElement(input, types >> 4, depth);
    skipElement(input, types & 15, depth);
  }
}

function checkCount(input: ReadBuffer, count: number, minimum: number): void {
  const available = input.end - input.position;
  if (count < 0 || count * minimum > available) {
    throw badCount(count, available, minimum);
  }
}

function nextByte(input: ReadBuffer): number {
  if (input.position >= input.end) {
    throw truncated(0, 1);
  }
  const byte = input.bytes[input.position]!;
  input.position += 1;
  return byte;
}

function enter(depth: number): number {
  if (depth < 1) {
    throw tooDeep();
  }
  return depth - 1;
}

function advance(input: ReadBuffer, size: number): void {
  const available = input.end - input.position;
  if (available < size) {
    throw truncated(available, size);
  }
  input.position += size;
}
