import type { StructCodec } from '../src/index.js';
import { ReadBuffer, WriteBuffer } from '../src/wire/index.js';

export const PROTOCOLS = ['Binary', 'Compact'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** The bytes of a value, from a buffer that starts small and has to grow. */
export function encode(codec: StructCodec, protocol: Protocol, value: unknown): Buffer {
  const out = new WriteBuffer(1);
  codec[`write${protocol}`](value, out);
  return Buffer.from(out.bytes.subarray(0, out.position));
}

/**
 * The value of bytes, which are followed and preceded by other bytes in the same memory; read twice, the second time with
 * its strings in bulk, which must come out the same.
 */
export function decode(codec: StructCodec, protocol: Protocol, bytes: Uint8Array): unknown {
  const memory = Buffer.alloc(bytes.length + 64, 0x01);
  memory.set(bytes, 32);
  const input = new ReadBuffer(memory, 32, 32 + bytes.length);
  const bulk = bulkReader(memory, 32, 32 + bytes.length);
  let value: unknown;
  try {
    value = codec[`read${protocol}`](input);
  } catch (error) {
    expect(() => codec[`read${protocol}`](bulk)).toThrow((error as Error).message);
    throw error;
  }
  expect(codec[`read${protocol}`](bulk)).toStrictEqual(value);
  for (const { position, end, remaining, depth } of [input, bulk]) {
    if (position !== end) {
      throw new Error(`${remaining} bytes were left over`);
    }
    if (depth !== 64) {
      throw new Error(`depth was left at ${depth}`);
    }
  }
  return value;
}

/** A reader that takes strings in bulk from messages of any length: short ones are not worth it, but must be right. */
export function bulkReader(bytes: Buffer, position = 0, end = bytes.length): ReadBuffer {
  const input = new ReadBuffer(bytes, position, end, undefined, true);
  input.text = bytes.toString('latin1', position, end);
  return input;
}

/** What a decoder makes of bytes: a value, or the message of its error; errors of other classes are thrown on. */
export function roundTrip(codec: StructCodec, protocol: Protocol, value: unknown): unknown {
  return decode(codec, protocol, encode(codec, protocol, value));
}

/** Bytes from hexadecimal text with spaces. */
export function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
}
