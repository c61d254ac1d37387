import type { StructCodec } from '@nestjs-thrift/codec';
import type { ReadBuffer, WriteBuffer } from '@nestjs-thrift/codec/wire';
import { ExactBinaryProtocol, ExactCompactProtocol } from '../protocol/exact-protocol.js';
import { ReadTransport, WriteTransport } from '../protocol/memory-transport.js';
import { readFailure, writeFailure } from '../protocol/npm-protocol.js';

type Protocol = typeof ExactBinaryProtocol | typeof ExactCompactProtocol;

/** A struct codec over two functions that drive generated code with a protocol of npm thrift. */
export function generatedCodec<T>(
  name: string,
  write: (value: T, output: object) => void,
  read: (input: object) => T,
): StructCodec<T> {
  function writeWith(Type: Protocol, value: T, out: WriteBuffer): void {
    try {
      write(value, new Type(new WriteTransport(out)));
    } catch (error) {
      throw writeFailure(name, error);
    }
  }

  function readWith(Type: Protocol, input: ReadBuffer): T {
    try {
      return read(new Type(new ReadTransport(input)));
    } catch (error) {
      throw readFailure(name, error);
    }
  }

  return {
    name,
    writeBinary: (value, out) => writeWith(ExactBinaryProtocol, value, out),
    readBinary: (input) => readWith(ExactBinaryProtocol, input),
    writeCompact: (value, out) => writeWith(ExactCompactProtocol, value, out),
    readCompact: (input) => readWith(ExactCompactProtocol, input),
  };
}
