import type { Socket } from 'node:net';
import {
  DEFAULT_MAX_FRAME_BYTES,
  FrameType,
  IntKey,
  type StreamFrame,
  StreamFrameReader,
} from '@nestjs-thrift/transport/wire';
import type { StreamFault, ThriftStreamFaults } from './stream-faults.js';

const TT_HEADER_MAGIC = 0x10_00;
const FLAG_STREAMING = 0x02;

/** Whether the first bytes of a connection open a stream. */
export function opensStream(chunk: Buffer): boolean {
  return (
    chunk.length >= 8 &&
    chunk.readUInt16BE(4) === TT_HEADER_MAGIC &&
    (chunk[7]! & FLAG_STREAMING) !== 0
  );
}

interface FaultyStream {
  readonly fault: StreamFault;
  messages: number;
}

/** The frames of a connection that carries streams: they pass as they are, unless a fault was planned for their stream. */
export class StreamLink {
  readonly #caller: Socket;
  readonly #faults: ThriftStreamFaults;
  readonly #opened = new StreamFrameReader(DEFAULT_MAX_FRAME_BYTES);
  readonly #answered = new StreamFrameReader(DEFAULT_MAX_FRAME_BYTES);
  readonly #faulty = new Map<number, FaultyStream>();
  #unread = Buffer.alloc(0);

  constructor(caller: Socket, faults: ThriftStreamFaults) {
    this.#caller = caller;
    this.#faults = faults;
  }

  /** Looks at what the caller sends. @throws for what is not a frame; the answer to it is up to the server. */
  follow(chunk: Buffer): void {
    this.#opened.push(chunk);
    for (let frame = this.#opened.next(); frame; frame = this.#opened.next()) {
      if (frame.type === FrameType.HEADER) {
        const fault = this.#faults.take(frame.info.int(IntKey.TO_METHOD) ?? '');
        if (fault !== undefined) {
          this.#faulty.set(frame.streamId, { fault, messages: 0 });
        }
      }
    }
  }

  /** Passes on what the server sends. */
  receive(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    this.#answered.push(chunk);
    for (let frame = this.#answered.next(); frame; frame = this.#answered.next()) {
      const bytes = this.#unread.subarray(0, frame.wireBytes);
      this.#unread = this.#unread.subarray(frame.wireBytes);
      for (const passed of this.#struck(frame, bytes)) {
        if (this.#caller.writable) {
          this.#caller.write(passed);
        }
      }
    }
  }

  /** What is sent in place of a frame. */
  #struck(frame: StreamFrame, bytes: Buffer): readonly Buffer[] {
    const faulty = this.#faulty.get(frame.streamId);
    if (faulty === undefined) {
      return [bytes];
    }
    const { type } = frame;
    switch (faulty.fault.kind) {
      case 'silent':
        return [];
      case 'no-trailer':
        return type === FrameType.TRAILER ? [] : [bytes];
      case 'duplicate-header':
        return type === FrameType.HEADER ? [bytes, bytes] : [bytes];
      case 'rst':
        return type === FrameType.TRAILER ? [asCancellation(bytes)] : [bytes];
      case 'cut':
        return this.#cut(faulty, faulty.fault.messages, frame, bytes);
    }
  }

  #cut(
    faulty: FaultyStream,
    messages: number,
    { type }: StreamFrame,
    bytes: Buffer,
  ): readonly Buffer[] {
    if (faulty.messages >= messages) {
      this.#caller.resetAndDestroy();
      return [];
    }
    if (type === FrameType.DATA) {
      faulty.messages += 1;
      if (faulty.messages === messages) {
        // What was written has to reach the caller before the reset.
        this.#caller.write(bytes, () => setImmediate(() => this.#caller.resetAndDestroy()));
        return [];
      }
    }
    return [bytes];
  }
}

/** The key of the frame's type with the value of a trailer: key, length of the value, "4". */
const TRAILER_TYPE = Buffer.from([0, IntKey.FRAME_TYPE, 0, 1, 0x34]);

/** A copy of a trailer as a frame that cancels. */
function asCancellation(trailer: Buffer): Buffer {
  const copy = Buffer.from(trailer);
  copy[copy.indexOf(TRAILER_TYPE) + TRAILER_TYPE.length - 1] = 0x30 + FrameType.RST;
  return copy;
}
