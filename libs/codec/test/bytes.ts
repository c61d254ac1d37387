import { ReadBuffer, WriteBuffer, type StructCodec } from '../src/index.js';

export const PROTOCOLS = ['Binary', 'Compact'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** The bytes of a value, from a buffer that starts small and has to grow. */
export function encode(codec: StructCodec, protocol: Protocol, value: unknown): Buffer {
  const out = new WriteBuffer(1);
  codec[`write${protocol}`](value, out);
  return Buffer.from(out.bytes.subarray(0, out.position));
}

/** The value of bytes, which are followed and preceded by other bytes in the same memory. */
export function decode(codec: StructCodec, protocol: Protocol, bytes: Uint8Array): unknown {
  const memory = Buffer.alloc(bytes.length + 64, 0x01);
  memory.set(bytes, 32);
  const input = new ReadBuffer(memory, 32, 32 + bytes.length);
  const value = codec[`read${protocol}`](input);
  if (input.position !== input.end) throw new Error(`${input.remaining} bytes were left over`);
  if (input.depth !== 64) throw new Error(`depth was left at ${input.depth}`);
  return value;
}

/** What a decoder makes of bytes: a value, or the message of its error; errors of other classes are thrown on. */
export function roundTrip(codec: StructCodec, protocol: Protocol, value: unknown): unknown {
  return decode(codec, protocol, encode(codec, protocol, value));
}

/** Bytes from hexadecimal text with spaces. */
export function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
}
