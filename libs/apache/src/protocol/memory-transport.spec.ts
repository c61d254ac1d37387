import { randomBytes } from 'node:crypto';
import { ProtocolError } from '@nestjs-thrift/codec';
import { ReadBuffer, WriteBuffer } from '@nestjs-thrift/codec/wire';
import { ReadTransport, WriteTransport } from './memory-transport.js';

const message = randomBytes(50_000);

describe('ReadTransport', () => {
  it.each([0, 8, 500, 5000, 40_000])('reads a copy of %i bytes', (size) => {
    const memory = Buffer.from(message);
    const copy = new ReadTransport(new ReadBuffer(memory)).read(size);
    memory.fill(0);
    expect(copy.equals(message.subarray(0, size))).toBe(true);
  });

  it.each([8, 500])('keeps at most 8 KB alive for a value of %i bytes', (size) => {
    const transport = new ReadTransport(new ReadBuffer(message));
    expect(transport.read(size).buffer.byteLength).toBeLessThanOrEqual(8192);
  });

  it('throws TRUNCATED beyond the end of the message', () => {
    const transport = new ReadTransport(new ReadBuffer(message, 0, 10));
    transport.read(8);
    expect(() => transport.read(3)).toThrow(ProtocolError);
  });
});

describe('WriteTransport', () => {
  it('appends to the buffer and makes room', () => {
    const out = new WriteBuffer(4);
    const transport = new WriteTransport(out);
    transport.write(message.subarray(0, 3));
    transport.write(message.subarray(3, 3000));
    expect(out.bytes.subarray(0, out.position).equals(message.subarray(0, 3000))).toBe(true);
  });
});
