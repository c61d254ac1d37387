import type { ReadBuffer } from '../buffer/read-buffer.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import { ProtocolError } from '../errors/protocol.error.js';

/** Writes the 32 bits of `value`, seven at a time; the caller has reserved five bytes. */
export function writeVarint32(out: WriteBuffer, value: number): void {
  let rest = value >>> 0;
  while (rest > 0x7f) {
    out.bytes[out.position++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  out.bytes[out.position++] = rest;
}

/** Reads a varint of at most 32 bits, as a signed number. */
export function readVarint32(input: ReadBuffer): number {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    input.require(1);
    const byte = input.bytes[input.position++]!;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  throw new ProtocolError('INVALID_DATA', 'a varint of 32 bits has more than five bytes');
}
