import type { ReadBuffer } from '../buffer/read-buffer.js';
import { invalidData, truncated } from './failures.js';
import { bigintHalves, bigintOf, HIGH, LOW, numberOf, splitI64 } from './halves.js';

/**
 * An i64 as a zigzag varint of at most ten bytes. Returns the position behind it, or -1 when the value is not an i64.
 */
export function putZigzagI64(bytes: Uint8Array, p: number, value: unknown): number {
  if (!splitI64(value)) {
    return -1;
  }
  const signedHigh = bigintHalves[HIGH]!;
  const signedLow = bigintHalves[LOW]!;
  const sign = signedHigh >> 31;
  let high = ((signedHigh << 1) | (signedLow >>> 31)) ^ sign;
  let low = (signedLow << 1) ^ sign;
  while (high !== 0) {
    bytes[p++] = low | 0x80;
    low = (low >>> 7) | (high << 25);
    high >>>= 7;
  }
  return putVarint(bytes, p, low);
}

/** Unsigned 32 bits as a varint of at most five bytes. Returns the position behind it. */
export function putVarint(bytes: Uint8Array, p: number, value: number): number {
  while ((value & ~0x7f) !== 0) {
    bytes[p++] = value | 0x80;
    value >>>= 7;
  }
  bytes[p] = value;
  return p + 1;
}

/** Zigzag varint of an i64, at most ten bytes. */
export function readZigzagBigint(input: ReadBuffer): bigint {
  readZigzag64(input);
  return bigintOf(zigzagHigh, zigzagLow);
}

/** As {@link readZigzagBigint}, as a number; rejects values that are not safe integers. */
export function readZigzagSafeInteger(input: ReadBuffer): number {
  readZigzag64(input);
  return numberOf(zigzagHigh, zigzagLow);
}

/** As {@link readZigzagBigint}, as decimal text. */
export function readZigzagDecimal(input: ReadBuffer): string {
  return readZigzagBigint(input).toString();
}

let zigzagHigh = 0;
let zigzagLow = 0;

function readZigzag64(input: ReadBuffer): void {
  const { bytes, end } = input;
  let p = input.position;
  let high = 0;
  let low = 0;
  for (let shift = 0; ; shift += 7) {
    if (p >= end) {
      throw truncated(0, 1);
    }
    const byte = bytes[p++]!;
    if (shift === 63 && byte > 1) {
      throw invalidData('varint is longer than 64 bits');
    }
    if (shift < 28) {
      low |= (byte & 0x7f) << shift;
    } else if (shift === 28) {
      low |= byte << 28;
      high = (byte & 0x7f) >> 4;
    } else {
      high |= (byte & 0x7f) << (shift - 32);
    }
    if (byte < 0x80) {
      break;
    }
  }
  input.position = p;
  const sign = -(low & 1);
  zigzagLow = ((low >>> 1) | (high << 31)) ^ sign;
  zigzagHigh = (high >>> 1) ^ sign;
}

/** Varint of 32 bits, at most five bytes; lengths beyond 31 bits come out negative. */
export function readVarint(input: ReadBuffer): number {
  const { bytes, end } = input;
  let p = input.position;
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    if (p >= end) {
      throw truncated(0, 1);
    }
    const byte = bytes[p++]!;
    if (shift === 28 && byte > 0x0f) {
      throw invalidData('varint is longer than 32 bits');
    }
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      break;
    }
  }
  input.position = p;
  return value;
}

/** Zigzag varint of an i16, i32 or enum. */
export function readZigzag(input: ReadBuffer): number {
  const value = readVarint(input);
  return (value >>> 1) ^ -(value & 1);
}

/** Zigzag varint of an i16. */
export function readZigzagI16(input: ReadBuffer): number {
  const value = readZigzag(input);
  if ((value << 16) >> 16 !== value) {
    throw invalidData(`i16 ${value} is out of range`);
  }
  return value;
}

/** Steps over a varint of whatever width. */
export function skipVarint(input: ReadBuffer): void {
  readZigzag64(input);
}
