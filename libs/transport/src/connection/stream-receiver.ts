import { ProtocolError } from '@nestjs-thrift/codec';
import { ReadBuffer } from '@nestjs-thrift/codec/wire';
import type { ObservedConnection } from '../observer/transport-observer.js';
import type { OutgoingStream } from '../stream/outgoing-stream.js';
import { readCancellation } from '../wire/streaming/stream-exception.js';
import { CancelType, FrameType, type StreamFrame } from '../wire/streaming/stream-frame.js';
import { StreamFrameReader } from '../wire/streaming/stream-frame-reader.js';
import type { Carried, CarriedStreams } from './carried-streams.js';
import type { ResolvedClientOptions } from './resolved-client-options.js';
import { isClosing, readMessage, streamEnd } from './stream-message.js';

/** The connection, as far as what comes on it concerns it. */
export interface ReceivingConnection extends ObservedConnection {
  /** Delivers nothing more to the stream. */
  release(carried: Carried): void;
  /** Ends the side of this process, unless it has ended. */
  closeOwnSide(carried: Carried): void;
  /** The stream has ended on both sides. */
  forget(carried: Carried): void;
  /** The server asks to open no further streams. */
  retireLater(): void;
}

/** Hands what a server sends to the streams of a connection. */
export class StreamReceiver {
  readonly #connection: ReceivingConnection;
  readonly #carried: CarriedStreams;
  readonly #settings: ResolvedClientOptions;
  readonly #reader: StreamFrameReader;
  readonly #input: ReadBuffer;

  constructor(
    connection: ReceivingConnection,
    carried: CarriedStreams,
    settings: ResolvedClientOptions,
  ) {
    this.#connection = connection;
    this.#carried = carried;
    this.#settings = settings;
    const { maxFrameBytes, slicedStrings, maxDecodedBytes } = settings;
    this.#reader = new StreamFrameReader(maxFrameBytes);
    this.#input = new ReadBuffer(Buffer.alloc(0), 0, 0, undefined, slicedStrings, maxDecodedBytes);
  }

  /** Whether the beginning of a frame waits for its rest. */
  get hasBytes(): boolean {
    return this.#reader.hasBytes;
  }

  /** @throws ProtocolError for bytes that are not a frame of a stream; nothing can be read any more then. */
  receive(chunk: Buffer): void {
    this.#reader.push(chunk);
    for (let frame = this.#reader.next(); frame !== undefined; frame = this.#reader.next()) {
      this.#take(frame);
    }
  }

  /** Nothing more is read. */
  end(): void {
    this.#reader.discard();
  }

  #take(frame: StreamFrame): void {
    const carried = this.#carried.byId(frame.streamId);
    if (carried === undefined || (carried.stream === undefined && frame.type === FrameType.DATA)) {
      this.#settings.observers.streamFrameIgnored(this.#connection);
      return;
    }
    switch (frame.type) {
      case FrameType.DATA:
        return this.#message(carried, frame);
      case FrameType.HEADER:
        return this.#headers(carried, frame);
      case FrameType.TRAILER:
        return this.#trailer(carried, frame);
      case FrameType.RST:
        return this.#reset(carried, frame);
      case FrameType.META:
        return;
    }
  }

  #headers(carried: Carried, { info }: StreamFrame): void {
    if (isClosing(info)) {
      this.#connection.retireLater();
    }
    const { stream } = carried;
    if (carried.hasHeaders && stream !== undefined) {
      const message = `${stream.label}: ${this.#connection.address} sent headers twice`;
      return this.#fault(stream, new ProtocolError('INVALID_DATA', message));
    }
    carried.hasHeaders = true;
    stream?.headersCame(info.strings());
  }

  #message({ stream }: Carried, frame: StreamFrame): void {
    if (stream === undefined) {
      return;
    }
    let message: unknown;
    try {
      message = readMessage(this.#input, frame, stream, this.#connection.address, this.#settings);
    } catch (error) {
      this.#settings.observers.decodeFailed(this.#connection, error as Error);
      stream.observation?.messageFailed('received', error);
      return this.#fault(stream, error as Error);
    }
    stream.messageCame(message, frame.wireBytes);
  }

  #trailer(carried: Carried, frame: StreamFrame): void {
    const connection = this.#connection;
    const { stream } = carried;
    if (isClosing(frame.info)) {
      connection.retireLater();
    }
    connection.release(carried);
    if (stream !== undefined) {
      const error = streamEnd(frame, stream, connection.address, this.#settings);
      connection.closeOwnSide(carried);
      stream.endCame(frame.info.strings(), error);
    }
    connection.forget(carried);
  }

  /** Only proxies send it. */
  #reset(carried: Carried, frame: StreamFrame): void {
    const connection = this.#connection;
    const { stream } = carried;
    connection.release(carried);
    connection.closeOwnSide(carried);
    stream?.fail(readCancellation(frame));
    connection.forget(carried);
  }

  /** The server broke the rules of this stream; the others go on. */
  #fault(stream: OutgoingStream, error: Error): void {
    stream.giveUp(error, {
      type: CancelType.INTERNAL,
      message: 'the caller cannot read a message',
      path: [],
    });
  }
}
