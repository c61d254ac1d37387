import type { Socket } from 'node:net';
import { ProtocolError } from '@nestjs-thrift/codec';
import { ReadBuffer, type ApplicationException } from '@nestjs-thrift/codec/wire';
import { decodeFailure } from '../errors/codec-failure.js';
import { ConnectionLostError, LimitExceededError } from '../errors/errors.js';
import { ApplicationExceptionType, RemoteError } from '../errors/remote.error.js';
import { shorten, toInternalException } from '../errors/application-failure.js';
import type { ObservedConnection } from '../observer/transport-observer.js';
import { FailureReports } from './failure-reports.js';
import type { ServerContext } from './served-call.js';
import type { SocketWriter } from '../wire/socket-writer.js';
import { readBizStatus } from '../wire/ttheader/biz-status.js';
import { IntKey, StringKey } from '../wire/ttheader/header-keys.js';
import { StreamAdmission } from './stream-admission.js';
import { streamFailure } from './stream-failure.js';
import { readCancellation, readException } from '../stream/stream-exception.js';
import { runStreamHandler } from './run-stream-handler.js';
import { ServedStream, type StreamPeer } from './served-stream.js';
import { FrameType, type StreamFrame } from '../stream/stream-frame.js';
import { greediest, ReadPacing } from '../stream/read-pacing.js';
import { StreamFrameReader } from '../stream/stream-frame-reader.js';
import { StreamFrameWriter, StreamMethodName } from '../stream/stream-frame-writer.js';
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
  readonly #context: ServerContext;
  readonly connection: StreamingConnection;
  readonly #reader: StreamFrameReader;
  readonly #gate: WriteGate;
  readonly #writer: SocketWriter;
  readonly #admission: StreamAdmission;
  readonly #pacing: ReadPacing;
  readonly #reports: FailureReports;
  readonly #input: ReadBuffer;
  readonly #streams = new Map<number, ServedStream>();
  readonly #draining = new AbortController();
  readonly #stall = timerWheel.timer((now) => this.#stalled(now));

  constructor(context: ServerContext, connection: StreamingConnection, writer: SocketWriter) {
    const { maxFrameBytes, slicedStrings, maxDecodedBytes } = context.options;
    this.#context = context;
    this.connection = connection;
    this.frames = new StreamFrameWriter(writer, maxFrameBytes);
    this.#reader = new StreamFrameReader(maxFrameBytes);
    this.#gate = new WriteGate(writer);
    this.#writer = writer;
    const { maxBufferedBytesPerConnection: maxBytes, stallTimeoutMs } = context.options.streams;
    this.#pacing = new ReadPacing(connection, { maxBytes, stallTimeoutMs });
    this.#reports = new FailureReports(context, connection);
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

  receive(chunk: Buffer): void {
    this.#reader.push(chunk);
    try {
      for (let frame = this.#reader.next(); frame !== undefined; frame = this.#reader.next()) {
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
  }

  /** The peer has taken what was written. */
  drained(): void {
    this.#pacing.release();
    this.#gate.open();
  }

  /** Asks callers to leave: handlers may end, and new streams are refused. */
  drain(): void {
    this.#draining.abort(new Error('the server is shutting down'));
  }

  /** Ends the streams that are left, each by its trailer. */
  cutOff(reason: Error): void {
    for (const stream of this.#streams.values()) {
      stream.cancel(reason);
      this.end(stream, reason);
    }
  }

  /** The peer is gone. */
  lose(why: string): void {
    this.#stall.disarm();
    for (const stream of this.#streams.values()) {
      const address = this.remoteAddress;
      stream.cancel(new ConnectionLostError(address, `${stream.name.text} of ${address}: ${why}`));
    }
  }

  abandoned(stream: ServedStream): void {
    this.end(stream, stream.cancelled);
  }

  buffered(bytes: number): void {
    this.#pacing.buffered(bytes);
    this.#stall.arm(this.#pacing.stalledAt);
  }

  writable(signal: AbortSignal): Promise<void> | undefined {
    return this.#gate.wait(signal);
  }

  /** Writes the end of a stream, once; `error` is what its handler ended with. */
  end(stream: ServedStream, error: unknown, exception?: ApplicationException): void {
    if (stream.ended) {
      return;
    }
    try {
      stream.sendHeaders();
      this.#writeTrailer(stream, error, exception);
    } catch (failure) {
      this.#reports.hidden(stream, failure);
      this.frames.control(FrameType.TRAILER, stream, {
        exception: toInternalException(failure, false),
      });
    }
    stream.settle();
    this.#forget(stream);
  }

  #writeTrailer(stream: ServedStream, error: unknown, given?: ApplicationException): void {
    const trailers = stream.trailers();
    if (given !== undefined || error === undefined) {
      this.frames.control(FrameType.TRAILER, stream, {
        strings: trailers,
        exception: given,
      });
      return;
    }
    const { exposeErrors } = this.#context.options;
    const { exception, hidden, strings } = streamFailure(stream, error, trailers, exposeErrors);
    this.#reports.ended(stream, error);
    if (hidden) {
      this.#reports.hidden(stream, error);
    }
    this.frames.control(FrameType.TRAILER, stream, { strings, exception });
  }

  #take(frame: StreamFrame): void {
    if (frame.type === FrameType.HEADER) {
      this.#open(frame);
      return;
    }
    this.#admission.requireAsked();
    const stream = this.#streams.get(frame.streamId);
    if (stream === undefined || stream.cancelled !== undefined || stream.ended) {
      return;
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
    const route = this.#admission.routeOf(frame, this.draining.aborted, this.live);
    if (!('handler' in route)) {
      return this.#refuse(frame, route);
    }
    const stream = new ServedStream(this, route, frame);
    this.#streams.set(frame.streamId, stream);
    this.#context.inFlight++;
    route.inFlight++;
    const refusal = this.#admission.refusalOf(stream);
    if (refusal !== undefined) {
      return this.end(stream, refusal);
    }
    if (route.method.kind !== 'server') {
      runStreamHandler(this, stream, undefined);
    }
  }

  /** Answers a stream that becomes none; Kitex lets its caller wait. */
  #refuse({ streamId, info }: StreamFrame, exception: ApplicationException): void {
    const method = shorten(info.int(IntKey.TO_METHOD) ?? '');
    const target = { streamId, name: new StreamMethodName(method) };
    const strings = this.closingStrings;
    this.frames.control(FrameType.HEADER, target, { strings });
    this.frames.control(FrameType.TRAILER, target, { strings, exception });
  }

  #message(stream: ServedStream, frame: StreamFrame): void {
    const isOnlyMessage = stream.method.kind === 'server';
    if (stream.halfClosed || (isOnlyMessage && stream.started)) {
      return;
    }
    stream.receivedBytes += frame.wireBytes;
    if (frame.tooLarge) {
      const { maxFrameBytes } = this.#context.options;
      const message = `message of ${frame.wireBytes} bytes, at most ${maxFrameBytes} are accepted (maxFrameBytes of the server)`;
      this.#reports.rejected('too_large', stream.service.name, stream.method.name, message);
      return this.#fail(stream, new ProtocolError('SIZE_LIMIT', message));
    }
    let message: unknown;
    try {
      const input = this.#input;
      input.reset(frame.bytes, frame.payloadStart, frame.payloadEnd);
      message = stream.method.request.readBinary(input);
    } catch (cause) {
      const { service, method } = stream;
      const what = `a message of ${service.name}.${method.name} cannot be read`;
      const error = decodeFailure(what, cause, 'do both sides have the same IDL?');
      this.#reports.rejected('invalid_arguments', service.name, method.name, error.message);
      return this.#fail(stream, error);
    }
    stream.messagesIn++;
    if (isOnlyMessage) {
      runStreamHandler(this, stream, { message });
    } else {
      stream.requests.push(message, frame.wireBytes);
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
    const exception = readException(frame);
    if (exception !== undefined) {
      stream.requests.end({ cause: new RemoteError(exception.type, exception.message) });
      return;
    }
    const status = readBizStatus(frame.info);
    stream.requests.end(status && { cause: status });
  }

  /** The peer broke the rules of this stream; the others go on. */
  #fail(stream: ServedStream, error: ProtocolError): void {
    stream.cancel(error);
    this.end(stream, error, { type: PROTOCOL_ERROR, message: error.message });
  }

  #forget(stream: ServedStream): void {
    if (!this.#streams.delete(stream.streamId)) {
      return;
    }
    stream.route.inFlight--;
    if (--this.#context.inFlight === 0) {
      this.#context.changed();
    }
    this.connection.streamEnded();
  }

  /** Handlers do not take what they were sent: the one that holds most is given up, so that the others can go on. */
  #stalled(now: number): number {
    if (this.#pacing.stalledAt <= now) {
      const stream = greediest(this.#streams.values(), ({ requests }) => requests.bytes);
      const error = new LimitExceededError('stream over limit: receive buffer');
      stream?.cancel(error);
      if (stream !== undefined) {
        this.end(stream, error, { type: INTERNAL_ERROR, message: error.message });
      }
      this.#pacing.restart();
    }
    return this.#pacing.stalledAt;
  }
}
