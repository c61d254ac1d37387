import type { StructCodec } from '@nestjs-thrift/codec';
import { ReadBuffer, WriteBuffer } from '@nestjs-thrift/codec/wire';

export type Protocol = 'Binary' | 'Compact';

export const PROTOCOLS = ['Binary', 'Compact'] as const;

export function encode(codec: StructCodec, value: unknown, protocol: Protocol): Buffer {
  const out = new WriteBuffer();
  codec[`write${protocol}`](value, out);
  return Buffer.from(out.bytes.subarray(0, out.position));
}

export function decode(codec: StructCodec, bytes: Buffer, protocol: Protocol): unknown {
  return codec[`read${protocol}`](new ReadBuffer(bytes));
}
