import { isUtf8 } from 'node:buffer';
import type { ReadBuffer } from '../buffer/read-buffer.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import { invalidData } from './failures.js';
import type { NativeBuffer } from './native-buffer.js';
import { putI32 } from './numbers.js';
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
 * `out.bytes` may be another buffer then. Lone surrogates become U+FFFD.
 */
export function putBinaryString(out: WriteBuffer, p: number, value: string, rest: number): number {
  const { length } = value;
  if (length > LOOP_CHARACTERS) return putLongBinaryString(out, p, value, rest);
  const bytes = makeRoom(out, p, 4 + length * MAX_BYTES_PER_UNIT + rest);
  const start = p + 4;
  const size = putAscii(out.view, start, value) ? length : bytes.utf8Write(value, start);
  out.view.setInt32(p, size);
  return start + size;
}

/** As {@link putBinaryString}, with a varint before the bytes. */
export function putCompactString(out: WriteBuffer, p: number, value: string, rest: number): number {
  const { length } = value;
  if (length > LOOP_CHARACTERS) return putLongCompactString(out, p, value, rest);
  const bytes = makeRoom(out, p, 1 + length * MAX_BYTES_PER_UNIT + rest);
  const start = p + 1;
  const size = putAscii(out.view, start, value) ? length : bytes.utf8Write(value, start);
  // 40 units are at most 120 bytes, whose length is one byte of varint.
  bytes[p] = size;
  return start + size;
}

/** Bytes with their four length bytes, and room for `rest` bytes after them; see {@link putBinaryString}. */
export function putBinaryBytes(
  out: WriteBuffer,
  p: number,
  value: Uint8Array,
  rest: number,
): number {
  const bytes = makeRoom(out, p, 4 + value.length + rest);
  putI32(bytes, p, value.length);
  bytes.set(value, p + 4);
  return p + 4 + value.length;
}

/** As {@link putBinaryBytes}, with a varint before the bytes. */
export function putCompactBytes(
  out: WriteBuffer,
  p: number,
  value: Uint8Array,
  rest: number,
): number {
  const bytes = makeRoom(out, p, 5 + value.length + rest);
  const start = putVarint(bytes, p, value.length);
  bytes.set(value, start);
  return start + value.length;
}

/** Room for `size` bytes at `p`; returns the storage, which may be another one. */
export function makeRoom(out: WriteBuffer, p: number, size: number): NativeBuffer {
  if (out.bytes.length - p < size) {
    out.position = p;
    out.reserve(size);
  }
  return out.bytes as NativeBuffer;
}

/** A string of `length` bytes; bytes that are no UTF-8 become U+FFFD. The caller has checked the range. */
export function readString(input: ReadBuffer, p: number, length: number): string {
  if (input.text !== undefined) return partOf(input.text, input, p, length);
  const { bytes } = input;
  if (length <= SHORT_STRING_BYTES) {
    const text = readShortAscii(bytes, p, length);
    if (text !== undefined) return text;
  }
  return (bytes as NativeBuffer).utf8Slice(p, p + length);
}

/** As {@link readString}; throws for bytes that are no UTF-8. */
export function readStrictString(input: ReadBuffer, p: number, length: number): string {
  const text = readString(input, p, length);
  // Only a replacement character, sent or put in by Node, gives reason to look at the bytes again.
  if (text.includes('\uFFFD') && !isUtf8(input.bytes.subarray(p, p + length))) {
    throw invalidData('string is not valid UTF-8');
  }
  return text;
}

/** A copy of `length` bytes, so that a small value does not keep a large receive buffer alive. */
export function readBytes(bytes: Buffer, p: number, length: number): Buffer {
  const copy = Buffer.allocUnsafe(length);
  bytes.copy(copy, 0, p, p + length);
  return copy;
}

/** The string as a part of its message's text, which is right where all of its bytes are ASCII. */
function partOf(text: string, input: ReadBuffer, p: number, length: number): string {
  const end = p + length;
  if (!isAscii(input, p, end)) return (input.bytes as NativeBuffer).utf8Slice(p, end);
  return text.substring(p - input.textStart, end - input.textStart);
}

/** Four bytes at a time, the last four perhaps twice. */
function isAscii(input: ReadBuffer, p: number, end: number): boolean {
  const { bytes } = input;
  let seen = 0;
  if (end - p < 4) {
    for (let at = p; at < end; at += 1) seen |= bytes[at]!;
    return seen < 0x80;
  }
  const view = input.openView();
  const last = end - 4;
  for (let at = p; at < last; at += 4) seen |= view.getInt32(at);
  return ((seen | view.getInt32(last)) & 0x8080_8080) === 0;
}

function putLongBinaryString(out: WriteBuffer, p: number, value: string, rest: number): number {
  const room =
    value.length <= MEASURED_CHARACTERS
      ? value.length * MAX_BYTES_PER_UNIT
      : Buffer.byteLength(value);
  const bytes = makeRoom(out, p, 4 + room + rest);
  const size = bytes.utf8Write(value, p + 4);
  putI32(bytes, p, size);
  return p + 4 + size;
}

function putLongCompactString(out: WriteBuffer, p: number, value: string, rest: number): number {
  const size = Buffer.byteLength(value);
  const bytes = makeRoom(out, p, 5 + size + rest);
  const start = putVarint(bytes, p, size);
  bytes.utf8Write(value, start);
  return start + size;
}

/**
 * Writes an ASCII string; false, with nothing of use written, for all others. Four characters at a time, because most
 * of the cost is the call for each and the bounds check of each store.
 */
function putAscii(view: DataView, p: number, value: string): boolean {
  const { length } = value;
  let seen = 0;
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    const a = value.charCodeAt(index);
    const b = value.charCodeAt(index + 1);
    const c = value.charCodeAt(index + 2);
    const d = value.charCodeAt(index + 3);
    seen |= a | b | c | d;
    view.setInt32(p + index, a | (b << 8) | (c << 16) | (d << 24), true);
  }
  for (; index < length; index += 1) {
    const unit = value.charCodeAt(index);
    seen |= unit;
    view.setUint8(p + index, unit);
  }
  return seen < 0x80;
}
