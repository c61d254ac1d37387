import type { Socket } from 'node:net';
import type { OutgoingCall } from '../call/outgoing-call.js';
import type { ResolvedClientOptions } from './resolved-client-options.js';
import { decodeFailure, encodeFailure, isTooLarge } from '../errors/codec-failure.js';
import { ConnectionLostError, LimitExceededError } from '../errors/errors.js';
import { timerWheel } from '../timer/timer-wheel.js';
import { SocketWriter } from '../wire/socket-writer.js';
import { StringKey } from '../wire/ttheader/header-keys.js';
import { type Carried, CarriedStreams } from './carried-streams.js';
import { type ReceivingConnection, StreamReceiver } from './stream-receiver.js';
import { ReceivePace } from './receive-pace.js';
import { streamHeader } from './stream-header.js';
import type { OutgoingStream } from '../stream/outgoing-stream.js';
import type { Cancellation, StreamCarrier } from '../stream/stream-carrier.js';
import { CancelType, FrameType } from '../wire/streaming/stream-frame.js';
import { type FrameContent, StreamFrameWriter } from '../wire/streaming/stream-frame-writer.js';
import { WriteGate } from '../stream/write-gate.js';

/** How long a server may take to end a stream that was cancelled, before its separate connection is closed. */
const CANCELLED_MS = 5_000;

/** The owner of a connection, notified of its events. */
export interface StreamConnectionOwner {
  /** A stream ended on both sides; the connection may take another one if it is {@link StreamConnection.usable}. */
  streamEnded(connection: StreamConnection): void;
  /** The connection is gone, with all its streams. Comes once. */
  connectionClosed(connection: StreamConnection): void;
}

/** A connected socket of a client that carries streams: one at a time, or several side by side. */
export class StreamConnection implements StreamCarrier<OutgoingStream>, ReceivingConnection {
  readonly side = 'client';
  idleSince = 0;
  readonly #socket: Socket;
  readonly #settings: ResolvedClientOptions;
  readonly #owner: StreamConnectionOwner;
  readonly #isShared: boolean;
  readonly #receiver: StreamReceiver;
  readonly #frames: StreamFrameWriter;
  readonly #writer: SocketWriter;
  readonly #gate: WriteGate;
  readonly #pace: ReceivePace;
  readonly #carried = new CarriedStreams();
  readonly #timer = timerWheel.timer((now) => this.#expire(now));
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
    this.#receiver = new StreamReceiver(this, this.#carried, settings);
    this.#writer = new SocketWriter(socket, () => this.#gate.open());
    this.#gate = new WriteGate(this.#writer);
    this.#pace = new ReceivePace({
      socket,
      isShared: this.#isShared,
      readTimeoutMs: settings.readTimeoutMs,
      hasPart: () => this.#receiver.hasBytes,
      onPause: () => settings.observers.streamReadsPaused(this),
      wakeAt: (at) => this.#timer.arm(at),
    });
    this.#frames = new StreamFrameWriter(this.#writer, settings.maxFrameBytes);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.#lose(`failed: ${error.message}`, error));
    socket.on('end', () => this.#lose('was closed by the server'));
    socket.on('close', () => this.#lose('was closed'));
    settings.observers.connectionOpened(this);
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
    const carried = this.#carried.prepare(stream);
    try {
      this.#frames.control(FrameType.HEADER, carried, streamHeader(stream, call, this.#settings));
    } catch (error) {
      stream.fail(encodeFailure(`${stream.label}: metadata cannot be sent`, error));
      return;
    }
    this.#carried.add(stream, carried);
    stream.attach(this);
  }

  send(stream: OutgoingStream, message: unknown): void {
    const carried = this.#carried.of(stream);
    if (carried === undefined) {
      return;
    }
    try {
      const bytes = this.#frames.data(carried, stream.target.method.request, message);
      stream.observation?.sent(bytes);
    } catch (cause) {
      const error = isTooLarge(cause)
        ? cause
        : encodeFailure(`a message of ${stream.label} cannot be encoded`, cause);
      stream.observation?.messageFailed('sent', error);
      throw error;
    }
  }

  get saturated(): boolean {
    return this.#writer.saturated;
  }

  writable(signal: AbortSignal): Promise<void> | undefined {
    return this.#gate.wait(signal);
  }

  closeSend(stream: OutgoingStream): void {
    const carried = this.#carried.of(stream);
    if (carried !== undefined) {
      this.closeOwnSide(carried);
    }
  }

  cancel(stream: OutgoingStream, { type, message, path }: Cancellation): void {
    const carried = this.#carried.of(stream);
    if (carried === undefined || this.#closed) {
      return;
    }
    const { serviceName, streams } = this.#settings;
    const exception = { type, message };
    if (streams.cancelFrame === 'trailer') {
      this.closeOwnSide(carried, { exception });
    } else {
      const passed = [...path, ...(serviceName === '' ? [] : [serviceName])].join(',');
      const strings = passed === '' ? undefined : new Map([[StringKey.CANCEL_PATH, passed]]);
      this.#frames.control(FrameType.RST, carried, { strings, exception });
      this.closeOwnSide(carried);
    }
    this.#writer.flush();
    this.release(carried);
    carried.endBy = performance.now() + CANCELLED_MS;
    this.#timer.arm(carried.endBy);
  }

  buffered(stream: OutgoingStream, bytes: number): void {
    this.#pace.buffered(stream, bytes);
  }

  release(carried: Carried): void {
    const { stream } = carried;
    if (stream === undefined) {
      return;
    }
    this.#carried.release(carried, stream);
    this.#pace.released(stream);
  }

  closeOwnSide(carried: Carried, content?: FrameContent): void {
    if (!carried.ownSideClosed && !this.#closed) {
      carried.ownSideClosed = true;
      this.#frames.control(FrameType.TRAILER, carried, content);
    }
  }

  forget(carried: Carried): void {
    this.#carried.remove(carried);
    if (this.#retiring && this.live === 0) {
      this.#close();
    } else {
      this.#owner.streamEnded(this);
    }
  }

  retireLater(): void {
    this.#retiring = true;
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
    for (const stream of this.#carried.live) {
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
    try {
      this.#receiver.receive(chunk);
      this.#pace.received();
    } catch (error) {
      this.#settings.observers.decodeFailed(this, error as Error);
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
    this.#receiver.end();
    for (const stream of this.#carried.takeAll()) {
      stream.fail(errorOf(stream));
    }
    this.#gate.open();
    this.#settings.observers.connectionClosed(this, cause);
    this.#owner.connectionClosed(this);
  }

  /** Gives up what is overdue; returns when to look again. */
  #expire(now: number): number {
    const { overdue, next } = this.#carried.endingBy(now);
    const { restDueAt } = this.#pace;
    if (restDueAt <= now) {
      this.#lose(this.#pace.reason);
      return Infinity;
    }
    if (!this.#isShared) {
      if (overdue.length > 0) {
        this.#lose('was given up, as the server did not end a cancelled stream,');
      }
      return Math.min(next, restDueAt);
    }
    // Should their frames still come they are those of unknown streams.
    overdue.forEach((carried) => this.forget(carried));
    const stalledAt = this.#pace.giveUpStalled(now, this.#carried.live, giveUp);
    return Math.min(next, restDueAt, stalledAt);
  }
}

/** Its consumer does not take its messages. */
function giveUp(stream: OutgoingStream, stallTimeoutMs: number): void {
  const message = `${stream.label}: its messages were not taken for ${stallTimeoutMs} ms, and other streams share its connection`;
  stream.giveUp(new LimitExceededError(message), {
    type: CancelType.INTERNAL,
    message: 'the caller does not take its messages',
    path: [],
  });
}
