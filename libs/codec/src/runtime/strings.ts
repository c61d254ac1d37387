import { isUtf8 } from 'node:buffer';
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
  const bytes = makeRoom(out, p, 4 + largestSize(value) + rest);
  const start = p + 4;
  const size = putAscii(bytes, start, value) ?? bytes.utf8Write(value, start);
  putI32(bytes, p, size);
  return start + size;
}

/** As {@link putBinaryString}, with a varint before the bytes. */
export function putCompactString(out: WriteBuffer, p: number, value: string, rest: number): number {
  if (value.length <= LOOP_CHARACTERS) {
    // 40 units are at most 120 bytes, whose length is one byte of varint.
    const bytes = makeRoom(out, p, 1 + LOOP_CHARACTERS * MAX_BYTES_PER_UNIT + rest);
    const size = putAscii(bytes, p + 1, value) ?? bytes.utf8Write(value, p + 1);
    bytes[p] = size;
    return p + 1 + size;
  }
  const size = Buffer.byteLength(value);
  const bytes = makeRoom(out, p, 5 + size + rest);
  const start = putVarint(bytes, p, size);
  bytes.utf8Write(value, start);
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
export function readString(bytes: Buffer, p: number, length: number): string {
  if (length <= SHORT_STRING_BYTES) {
    const text = readShortAscii(bytes, p, length);
    if (text !== undefined) return text;
  }
  return (bytes as NativeBuffer).utf8Slice(p, p + length);
}

/** As {@link readString}; throws for bytes that are no UTF-8. */
export function readStrictString(bytes: Buffer, p: number, length: number): string {
  const text = readString(bytes, p, length);
  // Only a replacement character, sent or put in by Node, gives reason to look at the bytes again.
  if (text.includes('\uFFFD') && !isUtf8(bytes.subarray(p, p + length))) {
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

function largestSize(value: string): number {
  return value.length <= MEASURED_CHARACTERS
    ? value.length * MAX_BYTES_PER_UNIT
    : Buffer.byteLength(value);
}

/** Writes a short ASCII string and returns its size; undefined, with nothing of use written, for all others. */
function putAscii(bytes: Uint8Array, p: number, value: string): number | undefined {
  const length = value.length;
  if (length > LOOP_CHARACTERS) return undefined;
  for (let index = 0; index < length; index += 1) {
    const unit = value.charCodeAt(index);
    if (unit > 0x7f) return undefined;
    bytes[p + index] = unit;
  }
  return length;
}
