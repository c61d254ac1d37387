import { isUtf8 } from 'node:buffer';
import type { ReadBuffer, NativeBuffer } from '../buffer/read-buffer.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import { invalidData } from './failures.js';
import { putVarint } from './varints.js';
import { readShortAscii, SHORT_STRING_BYTES } from './short-ascii.js';

/** Longest string that is written by a loop; beyond it the call into native code is cheaper. */
const LOOP_CHARACTERS = 40;

/** A UTF-16 unit becomes at most three bytes. */
const MAX_BYTES_PER_UNIT = 3;

/** Beyond this length a string is measured before room is made, because three bytes per unit would waste memory. */
const MEASURED_CHARACTERS = 1024;

/**
 * A string with its four length bytes, and room for `rest` bytes after it. Returns the position behind the string;
 * `out.view` may be another one then. Lone surrogates become U+FFFD. The loop stands here and in
 * {@link putCompactString}: as a separate function it costs 3 % of a message, for a call per string.
 */
export function putBinaryString(out: WriteBuffer, p: number, value: string, rest: number): number {
  const { view, capacity } = out;
  const { length } = value;
  const start = p + 4;
  if (length > LOOP_CHARACTERS || capacity - start < length * MAX_BYTES_PER_UNIT + rest) {
    return putOtherBinaryString(out, p, value, rest);
  }
  let seen = 0;
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    const a = value.charCodeAt(index);
    const b = value.charCodeAt(index + 1);
    const c = value.charCodeAt(index + 2);
    const d = value.charCodeAt(index + 3);
    seen |= a | b | c | d;
    view.setInt32(start + index, a | (b << 8) | (c << 16) | (d << 24), true);
  }
  for (; index < length; index += 1) {
    const unit = value.charCodeAt(index);
    seen |= unit;
    view.setUint8(start + index, unit);
  }
  if (seen >= 0x80) {
    return putOtherBinaryString(out, p, value, rest);
  }
  view.setInt32(p, length);
  return start + length;
}

/** As {@link putBinaryString}, with a varint before the bytes. */
export function putCompactString(out: WriteBuffer, p: number, value: string, rest: number): number {
  const { view, capacity } = out;
  const { length } = value;
  const start = p + 1;
  if (length > LOOP_CHARACTERS || capacity - start < length * MAX_BYTES_PER_UNIT + rest) {
    return putOtherCompactString(out, p, value, rest);
  }
  let seen = 0;
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    const a = value.charCodeAt(index);
    const b = value.charCodeAt(index + 1);
    const c = value.charCodeAt(index + 2);
    const d = value.charCodeAt(index + 3);
    seen |= a | b | c | d;
    view.setInt32(start + index, a | (b << 8) | (c << 16) | (d << 24), true);
  }
  for (; index < length; index += 1) {
    const unit = value.charCodeAt(index);
    seen |= unit;
    view.setUint8(start + index, unit);
  }
  if (seen >= 0x80) {
    return putOtherCompactString(out, p, value, rest);
  }
  // 40 characters of ASCII: the length is one byte of varint.
  view.setUint8(p, length);
  return start + length;
}

/** Bytes with their four length bytes, and room for `rest` bytes after them; see {@link putBinaryString}. */
export function putBinaryBytes(
  out: WriteBuffer,
  p: number,
  value: Uint8Array,
  rest: number,
): number {
  makeRoom(out, p, 4 + value.length + rest);
  out.view.setInt32(p, value.length);
  out.bytes.set(value, p + 4);
  return p + 4 + value.length;
}

/** As {@link putBinaryBytes}, with a varint before the bytes. */
export function putCompactBytes(
  out: WriteBuffer,
  p: number,
  value: Uint8Array,
  rest: number,
): number {
  makeRoom(out, p, 5 + value.length + rest);
  const start = putVarint(out.bytes, p, value.length);
  out.bytes.set(value, start);
  return start + value.length;
}

/** Room for `size` bytes at `p`; the storage may be another one afterwards. */
export function makeRoom(out: WriteBuffer, p: number, size: number): void {
  if (out.capacity - p >= size) {
    return;
  }
  out.position = p;
  out.reserve(size);
}

/** A string of `length` bytes; bytes that are not UTF-8 become U+FFFD. The caller has checked the range. */
export function readString(input: ReadBuffer, p: number, length: number): string {
  if (input.text !== undefined) {
    return partOf(input.text, input, p, length);
  }
  const { bytes } = input;
  if (length <= SHORT_STRING_BYTES) {
    const text = readShortAscii(bytes, p, length);
    if (text !== undefined) {
      return text;
    }
  }
  return utf8(bytes, p, p + length);
}

/** As {@link readString}; throws for bytes that are not UTF-8. */
export function readStrictString(input: ReadBuffer, p: number, length: number): string {
  const text = readString(input, p, length);
  // Only a replacement character, sent or put in by Node, gives reason to look at the bytes again.
  if (text.includes('\uFFFD') && !isUtf8(input.bytes.subarray(p, p + length))) {
    throw invalidData('string is not valid UTF-8');
  }
  return text;
}

/** The string as a part of its message's text, which is right where all of its bytes are ASCII. */
function partOf(text: string, input: ReadBuffer, p: number, length: number): string {
  const { bytes } = input;
  const end = p + length;
  if (length < 4) {
    return readShortAscii(bytes, p, length) ?? utf8(bytes, p, end);
  }
  if (!isAscii(input.view ?? input.openView(), p, end)) {
    return utf8(bytes, p, end);
  }
  return text.substring(p - input.textStart, end - input.textStart);
}

/** Four bytes at a time, the last four perhaps twice; there are at least four. */
function isAscii(view: DataView, p: number, end: number): boolean {
  const last = end - 4;
  let seen = view.getInt32(last);
  for (let at = p; at < last; at += 4) {
    seen |= view.getInt32(at);
  }
  return (seen & 0x8080_8080) === 0;
}

function utf8(bytes: Buffer, p: number, end: number): string {
  return (bytes as NativeBuffer).utf8Slice(p, end);
}

/** A string that is long, not ASCII, or has no room yet. */
function putOtherBinaryString(out: WriteBuffer, p: number, value: string, rest: number): number {
  const room =
    value.length <= MEASURED_CHARACTERS
      ? value.length * MAX_BYTES_PER_UNIT
      : Buffer.byteLength(value);
  makeRoom(out, p, 4 + room + rest);
  const size = (out.bytes as NativeBuffer).utf8Write(value, p + 4);
  out.view.setInt32(p, size);
  return p + 4 + size;
}

function putOtherCompactString(out: WriteBuffer, p: number, value: string, rest: number): number {
  const size = Buffer.byteLength(value);
  makeRoom(out, p, 5 + size + rest);
  const start = putVarint(out.bytes, p, size);
  (out.bytes as NativeBuffer).utf8Write(value, start);
  return start + size;
}
