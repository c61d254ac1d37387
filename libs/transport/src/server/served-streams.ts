import type { Socket } from 'node:net';
import { ProtocolError } from '@nestjs-thrift/codec';
import { ReadBuffer, type ApplicationException } from '@nestjs-thrift/codec/wire';
import { ConnectionLostError, LimitExceededError } from '../errors/errors.js';
import { ApplicationExceptionType } from '../errors/remote.error.js';
import type { ObservedConnection } from '../observer/transport-observer.js';
import { FailureReports } from './failure-reports.js';
import { HandlerStalls } from './handler-stalls.js';
import type { ServerContext } from './served-call.js';
import type { SocketWriter } from '../wire/socket-writer.js';
import { StringKey } from '../wire/ttheader/header-keys.js';
import { LateFrames } from './late-frames.js';
import { StreamAdmission } from './stream-admission.js';
import { StreamEnds } from './stream-ends.js';
import { readEnd, readRequest } from './stream-request.js';
import { readCancellation } from '../wire/streaming/stream-exception.js';
import { runStreamHandler } from './run-stream-handler.js';
import { ServedStream, type StreamPeer } from './served-stream.js';
import { FrameType, type StreamFrame } from '../wire/streaming/stream-frame.js';
import { ReadPacing } from '../stream/read-pacing.js';
import { StreamFrameReader } from '../wire/streaming/stream-frame-reader.js';
import { StreamFrameWriter } from '../wire/streaming/stream-frame-writer.js';
import { timerWheel } from '../timer/timer-wheel.js';
import { WriteGate } from '../stream/write-gate.js';

const CLOSING: ReadonlyMap<string, string> = new Map([[StringKey.CONNECTION_RESET, '1']]);
/** Bytes that may wait for the peer before it is read no further. */
const MAX_UNSENT_BYTES = 1024 * 1024;
const { INTERNAL_ERROR, PROTOCOL_ERROR } = ApplicationExceptionType;

/** The connection below, as far as its streams concern it. */
export interface StreamingConnection extends ObservedConnection {
  readonly socket: Socket;
  pause(): void;
  resume(): void;
  /** Nothing sensible can be read any more. */
  refuseBytes(error: Error): void;
  /** A stream has ended. */
  streamEnded(): void;
}

/** The streams of one connection of a server, which carries nothing else. */
export class ServedStreams implements StreamPeer {
  readonly frames: StreamFrameWriter;
  readonly maxDurationMs: number;
  readonly #context: ServerContext;
  readonly connection: StreamingConnection;
  readonly #reader: StreamFrameReader;
  readonly gate: WriteGate;
  readonly #writer: SocketWriter;
  readonly #admission: StreamAdmission;
  readonly #pacing: ReadPacing;
  readonly #reports: FailureReports;
  readonly #ends: StreamEnds;
  readonly #stalls: HandlerStalls;
  readonly #input: ReadBuffer;
  readonly #streams = new Map<number, ServedStream>();
  readonly #lateFrames: LateFrames;
  readonly #draining = new AbortController();
  /** New streams are refused. */
  #refusesStreams = false;
  readonly #stall = timerWheel.timer((now) =>
    this.#pacing.giveUpStalled(now, this.#streams.values(), (stream) => this.#giveUp(stream)),
  );

  constructor(context: ServerContext, connection: StreamingConnection, writer: SocketWriter) {
    const { maxFrameBytes, slicedStrings, maxDecodedBytes } = context.options;
    this.#context = context;
    this.connection = connection;
    this.frames = new StreamFrameWriter(writer, maxFrameBytes);
    this.maxDurationMs = context.options.streams.maxDurationMs || Infinity;
    this.#reader = new StreamFrameReader(maxFrameBytes);
    this.gate = new WriteGate(writer);
    this.#writer = writer;
    const { maxBufferedBytesPerConnection: maxBytes, stallTimeoutMs } = context.options.streams;
    this.#pacing = new ReadPacing(connection, { maxBytes, stallTimeoutMs }, () =>
      context.observers.streamReadsPaused(connection),
    );
    this.#reports = new FailureReports(context, connection);
    this.#ends = new StreamEnds(this.frames, this.#reports, context.options.exposeErrors);
    this.#stalls = new HandlerStalls(context, this.#streams);
    this.#lateFrames = new LateFrames(context.observers, connection);
    this.#admission = new StreamAdmission(context, connection, this.#reports);
    this.#input = new ReadBuffer(Buffer.alloc(0), 0, 0, undefined, slicedStrings, maxDecodedBytes);
  }

  get remoteAddress(): string {
    return this.connection.address;
  }

  get draining(): AbortSignal {
    return this.#draining.signal;
  }

  get closingStrings(): ReadonlyMap<string, string> | undefined {
    return this.draining.aborted ? CLOSING : undefined;
  }

  /** Streams whose handler has not ended. */
  get live(): number {
    return this.#streams.size;
  }

  /** Whether the connection is read no further, for messages that wait or a peer that does not read. */
  get isPaused(): boolean {
    return this.#pacing.isPaused;
  }

  /** Whether the beginning of a frame waits for its rest. */
  get hasBytes(): boolean {
    return this.#reader.hasBytes;
  }

  /** Memory taken for a frame that has not come in full, in bytes. */
  get heldBytes(): number {
    return this.#reader.heldBytes;
  }

  /** Returns whether a frame came in full. */
  receive(chunk: Buffer): boolean {
    this.#reader.push(chunk);
    let frames = 0;
    try {
      for (let frame = this.#reader.next(); frame !== undefined; frame = this.#reader.next()) {
        frames++;
        this.#take(frame);
      }
      if (this.#writer.unsentBytes > MAX_UNSENT_BYTES) {
        // The peer opens streams, or has them refused, and does not read what comes of it.
        this.#pacing.hold();
      }
    } catch (error) {
      this.lose(`the connection carried something else: ${(error as Error).message}`);
      this.connection.refuseBytes(error as Error);
    }
    return frames > 0;
  }

  /** The peer has taken what was written. */
  drained(): void {
    this.#pacing.release();
    this.gate.open();
  }

  /** Asks callers to leave, and handlers to end. */
  announceDrain(): void {
    this.#draining.abort(new Error('the server is shutting down'));
  }

  /** Asks callers to leave, and refuses new streams. */
  drain(): void {
    this.announceDrain();
    this.#refusesStreams = true;
  }

  /** Cancels the streams that are left; their handlers may still end them. */
  cancelAll(reason: Error, exception: ApplicationException): void {
    for (const stream of this.#streams.values()) {
      stream.cancel(reason, exception);
    }
  }

  /** Ends the streams whose handlers do not, each by its trailer. */
  endAll(): void {
    for (const stream of this.#streams.values()) {
      this.end(stream, stream.cancelled);
    }
  }

  /** The peer is gone. */
  lose(why: string): void {
    this.#stall.disarm();
    this.#reader.discard();
    for (const stream of this.#streams.values()) {
      const message = `${stream.name.text} of ${this.remoteAddress}: ${why}`;
      stream.cancel(new ConnectionLostError(this.remoteAddress, message));
    }
  }

  buffered(bytes: number): void {
    this.#pacing.buffered(bytes);
    this.#stall.arm(this.#pacing.stalledAt);
  }

  /** Writes the end of a stream, once; `error` is what its handler ended with. */
  end(stream: ServedStream, error: unknown, exception?: ApplicationException): void {
    if (stream.ended) {
      return;
    }
    this.#ends.write(stream, error, exception);
    stream.settle();
    stream.observation?.end(error ?? exception);
    this.#forget(stream);
  }

  #take(frame: StreamFrame): void {
    if (frame.type === FrameType.HEADER) {
      this.#open(frame);
      return;
    }
    const stream = this.#streams.get(frame.streamId);
    if (stream === undefined || stream.cancelled !== undefined || stream.ended) {
      return this.#lateFrames.take(frame, stream);
    }
    switch (frame.type) {
      case FrameType.DATA:
        return this.#message(stream, frame);
      case FrameType.TRAILER:
        return this.#halfClose(stream, frame);
      case FrameType.RST:
        return stream.cancel(readCancellation(frame));
      case FrameType.META:
        return;
    }
  }

  #open(frame: StreamFrame): void {
    if (this.#streams.has(frame.streamId)) {
      throw new ProtocolError('INVALID_DATA', `stream ${frame.streamId} was opened twice`);
    }
    const route = this.#admission.routeOf(frame, this.#refusesStreams, this.live);
    if (!('handler' in route)) {
      this.#lateFrames.ended({ streamId: frame.streamId, halfClosed: false });
      return this.#ends.refuse(frame, route, this.closingStrings);
    }
    const stream = new ServedStream(this, route, frame);
    this.#streams.set(frame.streamId, stream);
    this.#context.inFlight++;
    this.#context.openStreams++;
    route.inFlight++;
    stream.observe(this.#context.observers);
    const refusal = this.#admission.refusalOf(stream);
    if (refusal !== undefined) {
      return this.end(stream, refusal);
    }
    if (route.method.kind !== 'server') {
      runStreamHandler(this, stream, undefined);
    }
  }

  #message(stream: ServedStream, frame: StreamFrame): void {
    const isOnlyMessage = stream.method.kind === 'server';
    if (stream.halfClosed || (isOnlyMessage && stream.started)) {
      return this.#lateFrames.ignored();
    }
    let message: unknown;
    try {
      const { maxFrameBytes } = this.#context.options;
      message = readRequest(this.#input, frame, stream, this.#reports, maxFrameBytes);
    } catch (error) {
      stream.observation?.messageFailed('received', error);
      return this.#fail(stream, error as Error);
    }
    stream.messagesIn++;
    stream.observation?.received(frame.wireBytes);
    if (isOnlyMessage) {
      runStreamHandler(this, stream, { message });
    } else {
      stream.requests.push(message, frame.wireBytes);
      this.#stalls.received(stream);
    }
  }

  #halfClose(stream: ServedStream, frame: StreamFrame): void {
    if (stream.halfClosed) {
      return;
    }
    stream.halfClosed = true;
    if (stream.method.kind === 'server' && !stream.started) {
      const message = 'the stream ended without a request';
      return this.end(stream, undefined, { type: PROTOCOL_ERROR, message });
    }
    stream.requests.end(readEnd(frame, stream));
  }

  /** The peer broke the rules of this stream; the others go on. */
  #fail(stream: ServedStream, error: Error, type: number = PROTOCOL_ERROR): void {
    stream.cancel(error, { type, message: error.message });
    this.end(stream, error);
  }

  #forget(stream: ServedStream): void {
    if (!this.#streams.delete(stream.streamId)) {
      return;
    }
    this.#lateFrames.ended(stream);
    stream.route.inFlight--;
    this.#context.inFlight--;
    if (--this.#context.openStreams === 0) {
      this.#context.changed();
    }
    this.connection.streamEnded();
  }

  /** Its handler does not take what it was sent. */
  #giveUp(stream: ServedStream): void {
    const error = new LimitExceededError('stream over limit: receive buffer');
    this.#fail(stream, error, INTERNAL_ERROR);
  }
}
