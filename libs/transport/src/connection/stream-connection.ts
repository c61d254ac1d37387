import type { Socket } from 'node:net';
import { ProtocolError } from '@nestjs-thrift/codec';
import { ReadBuffer } from '@nestjs-thrift/codec/wire';
import type { OutgoingCall } from '../call/outgoing-call.js';
import type { ResolvedClientOptions } from './resolved-client-options.js';
import { decodeFailure, encodeFailure, isTooLarge } from '../errors/codec-failure.js';
import { ConnectionLostError, LimitExceededError } from '../errors/errors.js';
import type { ObservedConnection } from '../observer/transport-observer.js';
import { timerWheel } from '../timer/timer-wheel.js';
import { SocketWriter } from '../wire/socket-writer.js';
import { StringKey } from '../wire/ttheader/header-keys.js';
import { readMessage, streamEnd } from './stream-message.js';
import { streamHeader } from './stream-header.js';
import { readCancellation } from '../stream/stream-exception.js';
import type { OutgoingStream } from '../stream/outgoing-stream.js';
import { greediest, ReadPacing } from '../stream/read-pacing.js';
import type { Cancellation, StreamCarrier } from '../stream/stream-carrier.js';
import { CancelType, FrameType, type StreamFrame } from '../stream/stream-frame.js';
import { StreamFrameReader } from '../stream/stream-frame-reader.js';
import {
  StreamFrameWriter,
  streamMethodName,
  type FrameTarget,
} from '../stream/stream-frame-writer.js';
import { WriteGate } from '../stream/write-gate.js';

/** How long a server may take to end a stream that was cancelled, before its separate connection is closed. */
const CANCELLED_MS = 5_000;
/** What may wait for consumers on a connection that several streams share. */
const SHARED_LIMITS = { maxBytes: 4 * 1024 * 1024, stallTimeoutMs: 30_000 };
const MAX_STREAM_ID = 2 ** 31 - 1;

/** The owner of a connection, notified of its events. */
export interface StreamConnectionOwner {
  /** A stream ended on both sides; the connection may take another one if it is {@link StreamConnection.usable}. */
  streamEnded(connection: StreamConnection): void;
  /** The connection is gone, with all its streams. Comes once. */
  connectionClosed(connection: StreamConnection): void;
}

/** A stream on the wire: kept from its opening to the trailer of the server, which comes also when it was cancelled. */
interface Carried extends FrameTarget {
  /** `undefined` once nothing is to be delivered any more. */
  stream: OutgoingStream | undefined;
  hasHeaders: boolean;
  ownSideClosed: boolean;
  /** When the server must have ended a stream that was cancelled. */
  endBy: number;
}

/** A connected socket of a client that carries streams: one at a time, or several side by side. */
export class StreamConnection implements StreamCarrier<OutgoingStream>, ObservedConnection {
  readonly side = 'client';
  idleSince = 0;
  readonly #socket: Socket;
  readonly #settings: ResolvedClientOptions;
  readonly #owner: StreamConnectionOwner;
  readonly #isShared: boolean;
  readonly #reader: StreamFrameReader;
  readonly #frames: StreamFrameWriter;
  readonly #writer: SocketWriter;
  readonly #gate: WriteGate;
  readonly #pacing: ReadPacing;
  readonly #input: ReadBuffer;
  readonly #carried = new Map<number, Carried>();
  readonly #ids = new Map<OutgoingStream, Carried>();
  readonly #timer = timerWheel.timer((now) => this.#expire(now));
  #lastId = 0;
  #retiring = false;
  #closed = false;

  constructor(
    socket: Socket,
    readonly address: string,
    settings: ResolvedClientOptions,
    owner: StreamConnectionOwner,
  ) {
    this.#socket = socket;
    this.#settings = settings;
    this.#owner = owner;
    this.#isShared = settings.streams.mode === 'mux';
    const { maxFrameBytes, slicedStrings, maxDecodedBytes } = settings;
    this.#reader = new StreamFrameReader(maxFrameBytes);
    this.#writer = new SocketWriter(socket, () => this.#gate.open());
    this.#gate = new WriteGate(this.#writer);
    this.#pacing = new ReadPacing(socket, SHARED_LIMITS);
    this.#frames = new StreamFrameWriter(this.#writer, maxFrameBytes);
    const nothing = Buffer.alloc(0);
    this.#input = new ReadBuffer(nothing, 0, 0, undefined, slicedStrings, maxDecodedBytes);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.#lose(`failed: ${error.message}`, error));
    socket.on('end', () => this.#lose('was closed by the server'));
    socket.on('close', () => this.#lose('was closed'));
    settings.observers?.connectionOpened(this);
  }

  /** Whether further streams may be opened on it. */
  get usable(): boolean {
    return !this.#closed && !this.#retiring && this.#socket.writable;
  }

  /** Streams that have not ended on both sides. */
  get live(): number {
    return this.#carried.size;
  }

  /** Opens a stream, and sends what its caller has sent so far. */
  open(stream: OutgoingStream, call: OutgoingCall): void {
    do {
      this.#lastId = this.#lastId === MAX_STREAM_ID ? 1 : this.#lastId + 1;
    } while (this.#carried.has(this.#lastId));
    const carried: Carried = {
      streamId: this.#lastId,
      name: streamMethodName(stream.target.method),
      stream,
      hasHeaders: false,
      ownSideClosed: false,
      endBy: Infinity,
    };
    try {
      this.#frames.control(FrameType.HEADER, carried, streamHeader(stream, call, this.#settings));
    } catch (error) {
      stream.fail(encodeFailure(`${stream.label}: metadata cannot be sent`, error));
      this.#owner.streamEnded(this);
      return;
    }
    this.#carried.set(carried.streamId, carried);
    this.#ids.set(stream, carried);
    stream.attach(this);
  }

  send(stream: OutgoingStream, message: unknown): void {
    const carried = this.#ids.get(stream);
    if (carried === undefined) {
      return;
    }
    try {
      this.#frames.data(carried, stream.target.method.request, message);
    } catch (error) {
      throw isTooLarge(error)
        ? error
        : encodeFailure(`a message of ${stream.label} cannot be encoded`, error);
    }
  }

  writable(signal: AbortSignal): Promise<void> | undefined {
    return this.#gate.wait(signal);
  }

  closeSend(stream: OutgoingStream): void {
    const carried = this.#ids.get(stream);
    if (carried !== undefined) {
      this.#closeOwnSide(carried);
    }
  }

  cancel(stream: OutgoingStream, { type, message, path }: Cancellation): void {
    const carried = this.#ids.get(stream);
    if (carried === undefined || this.#closed) {
      return;
    }
    const { serviceName } = this.#settings;
    const passed = [...path, ...(serviceName === '' ? [] : [serviceName])].join(',');
    this.#frames.control(FrameType.RST, carried, {
      ...(passed !== '' && { strings: new Map([[StringKey.CANCEL_PATH, passed]]) }),
      exception: { type, message },
    });
    this.#closeOwnSide(carried);
    this.#writer.flush();
    this.#release(carried);
    carried.endBy = performance.now() + CANCELLED_MS;
    this.#timer.arm(carried.endBy);
  }

  buffered(stream: OutgoingStream, bytes: number): void {
    const pacing = this.#pacing;
    if (this.#isShared) {
      pacing.buffered(bytes);
      this.#timer.arm(pacing.stalledAt);
    } else if (pacing.isPaused ? stream.isHalfEmpty : stream.isFull) {
      if (pacing.isPaused) {
        pacing.resume();
      } else {
        pacing.pause();
      }
    }
  }

  /** Takes no further streams and closes when those that are open have ended. */
  retire(): void {
    this.#retiring = true;
    if (this.live === 0) {
      this.#close();
    }
  }

  /** Closes at once; streams fail with the error. */
  destroy(errorOf: (stream: OutgoingStream) => Error): void {
    const streams = [...this.#ids.keys()];
    for (const stream of streams) {
      const error = errorOf(stream);
      const message = 'the client is closed';
      stream.giveUp(error, { type: CancelType.CANCELLED, message, path: [] });
    }
    this.#close();
  }

  #receive(chunk: Buffer): void {
    if (this.#closed) {
      return;
    }
    this.#reader.push(chunk);
    try {
      for (let frame = this.#reader.next(); frame !== undefined; frame = this.#reader.next()) {
        this.#take(frame);
      }
    } catch (error) {
      this.#settings.observers?.decodeFailed(this, error as Error);
      const what = `${this.address} sent bytes that are not a frame of a stream`;
      this.#end((stream) => {
        return decodeFailure(
          `${stream.label}: ${what}`,
          error,
          'is this the port of a Kitex server?',
        );
      }, error as Error);
      this.#socket.destroy();
    }
  }

  #take(frame: StreamFrame): void {
    if (frame.info.string(StringKey.CONNECTION_RESET) !== undefined) {
      this.#retiring = true;
    }
    const carried = this.#carried.get(frame.streamId);
    if (carried === undefined) {
      return;
    }
    switch (frame.type) {
      case FrameType.HEADER:
        return this.#headers(carried, frame);
      case FrameType.DATA:
        return this.#message(carried, frame);
      case FrameType.TRAILER:
        return this.#trailer(carried, frame);
      case FrameType.RST:
        return this.#reset(carried, frame);
      case FrameType.META:
        return;
    }
  }

  #headers(carried: Carried, { info }: StreamFrame): void {
    const { stream } = carried;
    if (carried.hasHeaders && stream !== undefined) {
      const message = `${stream.label}: ${this.address} sent headers twice`;
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
      message = readMessage(this.#input, frame, stream, this.address, this.#settings);
    } catch (error) {
      this.#settings.observers?.decodeFailed(this, error as Error);
      return this.#fault(stream, error as Error);
    }
    stream.messageCame(message, frame.wireBytes);
  }

  #trailer(carried: Carried, frame: StreamFrame): void {
    const { stream } = carried;
    this.#release(carried);
    if (stream !== undefined) {
      const error = streamEnd(frame, stream.label, this.address);
      this.#closeOwnSide(carried);
      stream.endCame(frame.info.strings(), error);
    }
    this.#forget(carried);
  }

  /** Only proxies send it. */
  #reset(carried: Carried, frame: StreamFrame): void {
    const { stream } = carried;
    this.#release(carried);
    this.#closeOwnSide(carried);
    stream?.fail(readCancellation(frame));
    this.#forget(carried);
  }

  /** The server broke the rules of this stream; the others go on. */
  #fault(stream: OutgoingStream, error: Error): void {
    stream.giveUp(error, {
      type: CancelType.INTERNAL,
      message: 'the caller cannot read a message',
      path: [],
    });
  }

  #closeOwnSide(carried: Carried): void {
    if (!carried.ownSideClosed && !this.#closed) {
      carried.ownSideClosed = true;
      this.#frames.control(FrameType.TRAILER, carried);
    }
  }

  /** Nothing is delivered to the stream any more; what still comes is read and dropped. */
  #release(carried: Carried): void {
    const { stream } = carried;
    if (stream === undefined) {
      return;
    }
    carried.stream = undefined;
    this.#ids.delete(stream);
    if (this.#isShared) {
      this.#pacing.buffered(-stream.bufferedBytes);
    } else {
      this.#pacing.resume();
    }
  }

  #forget(carried: Carried): void {
    this.#carried.delete(carried.streamId);
    if (this.#retiring && this.live === 0) {
      this.#close();
    } else {
      this.#owner.streamEnded(this);
    }
  }

  #lose(what: string, cause?: Error): void {
    this.#end(
      (stream) =>
        new ConnectionLostError(
          this.address,
          `${stream.label}: the connection to ${this.address} ${what} before the stream ended`,
          { cause },
        ),
      cause,
    );
    this.#socket.destroy();
  }

  /** Closes with nothing open; what has been written is sent first. */
  #close(): void {
    this.#writer.flush();
    this.#end(() => new ConnectionLostError(this.address, 'the connection was closed'));
    this.#socket.destroySoon();
  }

  #end(errorOf: (stream: OutgoingStream) => Error, cause?: Error): void {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    this.#timer.disarm();
    const streams = [...this.#ids.keys()];
    this.#ids.clear();
    this.#carried.clear();
    for (const stream of streams) {
      stream.fail(errorOf(stream));
    }
    this.#gate.open();
    this.#settings.observers?.connectionClosed(this, cause);
    this.#owner.connectionClosed(this);
  }

  /** Gives up what is overdue; returns when to look again. */
  #expire(now: number): number {
    let next = Infinity;
    for (const { endBy } of this.#carried.values()) {
      if (endBy > now) {
        next = Math.min(next, endBy);
      } else if (!this.#isShared) {
        this.#lose('was given up, as the server did not end a cancelled stream,');
        return Infinity;
      }
    }
    if (!this.#isShared) {
      return next;
    }
    if (this.#pacing.stalledAt <= now) {
      this.#dropGreediest();
      this.#pacing.restart();
    }
    return Math.min(next, this.#pacing.stalledAt);
  }

  /** A consumer does not take its messages: its stream is given up, so that the others can go on. */
  #dropGreediest(): void {
    const stream = greediest(this.#ids.keys(), ({ bufferedBytes }) => bufferedBytes);
    const { stallTimeoutMs } = SHARED_LIMITS;
    const message = `${stream?.label}: its messages were not taken for ${stallTimeoutMs} ms, and other streams share its connection`;
    stream?.giveUp(new LimitExceededError(message), {
      type: CancelType.INTERNAL,
      message: 'the caller does not take its messages',
      path: [],
    });
  }
}
