import { invalidData } from './failures.js';

/*
 * Scratch memory that turns two 32-bit halves into a bigint or a double and back. Cheaper than a DataView on the
 * received bytes: those come in ever new buffers, and a view costs as much as decoding a small message.
 */
export const bigints = new BigInt64Array(1);
export const bigintHalves = new Int32Array(bigints.buffer);
export const doubles = new Float64Array(1);
export const doubleHalves = new Int32Array(doubles.buffer);

/** Which of the two halves is the less significant one on this machine. */
export const LOW = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 0 : 1;
export const HIGH = 1 - LOW;

const TWO_TO_32 = 0x1_0000_0000;

/** Splits a bigint or a safe integer into {@link bigintHalves}; false when it is not an i64. */
export function splitI64(value: unknown): boolean {
  if (typeof value === 'bigint') {
    bigints[0] = value;
    return bigints[0] === value;
  }
  if (!Number.isSafeInteger(value)) {
    return false;
  }
  const number = value as number;
  bigintHalves[HIGH] = Math.floor(number / TWO_TO_32);
  bigintHalves[LOW] = number | 0;
  return true;
}

/** The i64 of two signed halves. */
export function bigintOf(high: number, low: number): bigint {
  bigintHalves[HIGH] = high;
  bigintHalves[LOW] = low;
  return bigints[0]!;
}

/** As {@link bigintOf}, as a number; rejects values that are not safe integers. */
export function numberOf(high: number, low: number): number {
  const number = high * TWO_TO_32 + (low >>> 0);
  if (!Number.isSafeInteger(number)) {
    throw invalidData(
      `i64 ${bigintOf(high, low)} is not a safe integer; read it as bigint or string`,
    );
  }
  return number;
}
