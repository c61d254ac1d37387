import { readBytes } from '@nestjs-thrift/codec/internal';
import type { ReadBuffer, WriteBuffer } from '@nestjs-thrift/codec/wire';

/**
 * What npm thrift's protocols write to. A fresh one per message: the protocols keep state that a failed write would
 * leave behind.
 */
export class WriteTransport {
  readonly #out: WriteBuffer;

  constructor(out: WriteBuffer) {
    this.#out = out;
  }

  write(bytes: Uint8Array): void {
    const out = this.#out;
    out.reserve(bytes.length);
    out.bytes.set(bytes, out.position);
    out.position += bytes.length;
  }
}

/** What npm thrift's protocols read from; never beyond the end of the message. */
export class ReadTransport {
  constructor(readonly input: ReadBuffer) {}

  /** A copy, because generated code keeps what it gets: binary fields and the bytes of an Int64. */
  read(size: number): Buffer {
    const start = this.#take(size);
    return readBytes(this.input.bytes, start, size);
  }

  readByte(): number {
    const start = this.#take(1);
    return this.input.bytes.readInt8(start);
  }

  readI16(): number {
    const start = this.#take(2);
    return this.input.bytes.readInt16BE(start);
  }

  readI32(): number {
    const start = this.#take(4);
    return this.input.bytes.readInt32BE(start);
  }

  readDouble(): number {
    const start = this.#take(8);
    return this.input.bytes.readDoubleBE(start);
  }

  readString(size: number): string {
    const start = this.#take(size);
    return this.input.bytes.toString('utf8', start, start + size);
  }

  #take(size: number): number {
    const { input } = this;
    input.require(size);
    const start = input.position;
    input.position = start + size;
    return start;
  }
}
