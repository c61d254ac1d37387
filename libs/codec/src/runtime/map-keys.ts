import type { ReadBuffer } from '../buffer/read-buffer.js';
import { readShortAscii, SHORT_STRING_BYTES } from './short-ascii.js';
import { readStrictString, readString } from './strings.js';

/*
 * Maps of one type tend to have the same few keys in every message. Taking a key from this table saves making the
 * string and, above all, finding its unique copy when it becomes a property name. One slot per hash: a table that
 * never grows, and a peer that sends many keys only costs itself the hits.
 */
const SLOTS = 512;
/** The words of four bytes that a key of {@link SHORT_STRING_BYTES} is made of, the last of which may overlap. */
const WORDS = SHORT_STRING_BYTES / 4;
const interned: string[] = Array.from({ length: SLOTS }, () => '');
/** The bytes of each key in words, slot by slot: comparing words is many times faster than asking for characters. */
const words = new Int32Array(SLOTS * WORDS);
/**
 * Keys in a row that the table did not have: after some of them keys are ids or the like, for which entering them into
 * the table is half of the cost; after many more it is tried again.
 */
const MAX_MISSES = 256;
const MAX_PASSED = 4096;
let misses = 0;

/** The key of a `map<string, …>`; see {@link readString}. */
export function readKey(input: ReadBuffer, p: number, length: number): string {
  return internedKey(input, p, length) ?? readString(input, p, length);
}

/** The key of a `map<string, …>`; see {@link readStrictString}. */
export function readStrictKey(input: ReadBuffer, p: number, length: number): string {
  return internedKey(input, p, length) ?? readStrictString(input, p, length);
}

/** A short ASCII key; undefined for all others. */
function internedKey(input: ReadBuffer, p: number, length: number): string | undefined {
  if (length === 0 || length > SHORT_STRING_BYTES) {
    return undefined;
  }
  const view = input.view ?? input.openView();
  const first = length < 4 ? shortWord(input.bytes, p, length) : view.getInt32(p);
  const last = length < 4 ? first : view.getInt32(p + length - 4);
  const hash = Math.imul(first, 0x9e37_79b1) ^ Math.imul(last + length, 0x85eb_ca6b);
  const slot = (hash >>> 15) & (SLOTS - 1);
  const candidate = interned[slot]!;
  const at = slot * WORDS;
  if (
    candidate.length === length &&
    words[at] === first &&
    words[at + WORDS - 1] === last &&
    hasSameMiddle(at, view, p, length)
  ) {
    misses = 0;
    return candidate;
  }
  const read = readShortAscii(input.bytes, p, length);
  if (read === undefined) {
    return undefined;
  }
  misses = misses < MAX_PASSED ? misses + 1 : 0;
  if (misses > MAX_MISSES) {
    return read;
  }
  // The copy that the engine knows as a property name: any other would have to be looked up at each use.
  const key = Object.keys({ [read]: 0 })[0]!;
  interned[slot] = key;
  words[at] = first;
  words[at + WORDS - 1] = last;
  for (let index = 4; index + 4 < length; index += 4) {
    words[at + (index >> 2)] = view.getInt32(p + index);
  }
  return key;
}

/** Whether the words between the first and the last are those of the slot that begins at `at`. */
function hasSameMiddle(at: number, view: DataView, p: number, length: number): boolean {
  for (let index = 4; index + 4 < length; index += 4) {
    if (words[at + (index >> 2)] !== view.getInt32(p + index)) {
      return false;
    }
  }
  return true;
}

/** One to three bytes as one word. */
function shortWord(bytes: Buffer, p: number, length: number): number {
  let word = 0;
  for (let index = 0; index < length; index += 1) {
    word = (word << 8) | bytes[p + index]!;
  }
  return word;
}
