import type { ReadBuffer } from '../buffer/read-buffer.js';
import { readShortAscii, SHORT_STRING_BYTES } from './short-ascii.js';
import { readStrictString, readString } from './strings.js';

/*
 * Maps of one type tend to have the same few keys in every message. Taking a key from this table saves making the
 * string and, above all, finding its unique copy when it becomes a property name. One slot per hash: a table that
 * never grows, and a peer that sends many keys only costs itself the hits.
 */
const SLOTS = 512;
const interned: string[] = Array.from({ length: SLOTS }, () => '');
/** The bytes of each key, slot by slot: comparing bytes is several times faster than asking a string for characters. */
const internedBytes = new Uint8Array(SLOTS * SHORT_STRING_BYTES);

/** The key of a `map<string, …>`; see {@link readString}. */
export function readKey(input: ReadBuffer, p: number, length: number): string {
  return internedKey(input.bytes, p, length) ?? readString(input, p, length);
}

/** The key of a `map<string, …>`; see {@link readStrictString}. */
export function readStrictKey(input: ReadBuffer, p: number, length: number): string {
  return internedKey(input.bytes, p, length) ?? readStrictString(input, p, length);
}

/** A short ASCII key; undefined for all others. */
function internedKey(bytes: Buffer, p: number, length: number): string | undefined {
  if (length === 0 || length > SHORT_STRING_BYTES) return undefined;
  const first = bytes[p]!;
  const middle = bytes[p + (length >> 1)]!;
  const last = bytes[p + length - 1]!;
  const slot = (length * 31 + first * 7 + middle * 131 + last * 17) & (SLOTS - 1);
  const candidate = interned[slot]!;
  const start = slot * SHORT_STRING_BYTES;
  if (candidate.length === length && isInterned(start, bytes, p, length)) return candidate;
  const key = readShortAscii(bytes, p, length);
  if (key === undefined) return undefined;
  interned[slot] = key;
  for (let index = 0; index < length; index += 1) internedBytes[start + index] = bytes[p + index]!;
  return key;
}

function isInterned(start: number, bytes: Buffer, p: number, length: number): boolean {
  for (let index = 0; index < length; index += 1) {
    if (internedBytes[start + index] !== bytes[p + index]) return false;
  }
  return true;
}
