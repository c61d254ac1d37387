import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { ProtocolName, ServiceDefinition, StreamMethod } from '@nestjs-thrift/codec';
import { type ApplicationException, PROTOCOLS } from '@nestjs-thrift/codec/wire';
import type { ScopedCall } from '../call/current-call.js';
import type { IncomingStream } from '../call/incoming-stream.js';
import { RemoteCancelledError, RpcTimeoutError, StreamClosedError } from '../errors/errors.js';
import type { StreamRoute } from './method-router.js';
import { ServedRequest } from './served-request.js';
import { verifiedCertificate } from './verified-certificate.js';
import { timerWheel, type WheelTimer } from '../timer/timer-wheel.js';
import type { ObserverGroup } from '../observer/observer-group.js';
import { StreamObservation } from '../observer/stream-observation.js';
import { FRAMINGS, type TransportName } from '../wire/framing/framing.js';
import { MessageQueue } from '../stream/message-queue.js';
import type { WriteGate } from '../stream/write-gate.js';
import { FrameType, type StreamFrame } from '../wire/streaming/stream-frame.js';
import type {
  FrameTarget,
  StreamFrameWriter,
  StreamMethodName,
} from '../wire/streaming/stream-frame-writer.js';

/** The connection, as far as one of its streams concerns it. */
export interface StreamPeer {
  readonly connection: { readonly socket: Socket };
  readonly remoteAddress: string;
  readonly frames: StreamFrameWriter;
  /** Longest time of a stream, in milliseconds; `Infinity` for no limit. */
  readonly maxDurationMs: number;
  /** Aborts when the server begins to shut down. */
  readonly draining: AbortSignal;
  /** Strings that go into headers and trailers while the server shuts down. */
  readonly closingStrings: ReadonlyMap<string, string> | undefined;
  /** Writes the end of a stream; `error` is what it ended with. */
  end(stream: ServedStream, error: unknown): void;
  /** Bytes of received messages came to wait, or wait no longer. */
  buffered(bytes: number): void;
  /** Where messages wait until they may be written. */
  readonly gate: WriteGate;
}

const NO_PATH: readonly string[] = Object.freeze([]);

/** A stream being served, as its handler sees it. Its header is decoded on first access. */
export class ServedStream extends ServedRequest implements IncomingStream, ScopedCall, FrameTarget {
  readonly requests: MessageQueue<unknown>;
  readonly arrivedAt = performance.now();
  messagesIn = 0;
  messagesOut = 0;
  /** Why the stream was cancelled. */
  cancelled: Error | undefined;
  /** What the caller gets instead of the text of the reason. */
  cancelException: ApplicationException | undefined;
  /** Whether the caller has closed its side. */
  halfClosed = false;
  /** Whether the trailer has been sent. */
  ended = false;
  /** Whether the handler runs or has run. */
  started = false;
  /** Absent where no observer watches streams. */
  observation: StreamObservation | undefined;
  /** Called when the stream is cancelled. */
  onCancel: (() => void) | undefined;
  readonly #peer: StreamPeer;
  /** Made when the signal is asked for. */
  #controller: AbortController | undefined;
  #headers: Map<string, string> | undefined;
  #headersSent = false;
  #trailers: Map<string, string> | undefined;
  #deadlineTimer: WheelTimer | undefined;

  constructor(
    peer: StreamPeer,
    readonly route: StreamRoute,
    { info, streamId }: StreamFrame,
  ) {
    super(info.toKeep());
    this.#peer = peer;
    this.streamId = streamId;
    this.requests = new MessageQueue((bytes) => peer.buffered(bytes));
    this.#watchDeadline();
  }

  readonly streamId: number;

  get name(): StreamMethodName {
    return this.route.streamName;
  }

  get service(): ServiceDefinition {
    return this.route.service;
  }

  get method(): StreamMethod {
    return this.route.method;
  }

  get transport(): TransportName {
    return FRAMINGS.TTHeader.name;
  }

  get protocol(): ProtocolName {
    return PROTOCOLS.binary.name;
  }

  get sequenceId(): number {
    return this.streamId;
  }

  get deadline(): number {
    return this.arrivedAt + Math.min(this.callerTimeoutMs, this.#peer.maxDurationMs);
  }

  get remoteAddress(): string {
    return this.#peer.remoteAddress;
  }

  get peerCertificate(): X509Certificate | undefined {
    return verifiedCertificate(this.#peer.connection.socket);
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.cancelled !== undefined) {
        this.#controller.abort(this.cancelled);
      }
    }
    return this.#controller.signal;
  }

  get draining(): AbortSignal {
    return this.#peer.draining;
  }

  /** Bytes of received messages that the handler has not taken. */
  get bufferedBytes(): number {
    return this.requests.bytes;
  }

  get cancelPath(): readonly string[] {
    return this.cancelled instanceof RemoteCancelledError ? this.cancelled.path : NO_PATH;
  }

  /** Lets observers follow the stream, if any of them watches streams. */
  observe(observers: ObserverGroup): void {
    if (observers.watchesStreams) {
      const { service, method, remoteAddress: address } = this;
      const opened = { side: 'server', service, method, address, incoming: this } as const;
      this.observation = new StreamObservation(observers, opened, this);
    }
  }

  setHeader(key: string, value: string): void {
    if (this.#headersSent) {
      const message = `header ${key} of ${this.name.text} comes too late: headers have been sent; set it before the first message`;
      throw new StreamClosedError(message);
    }
    (this.#headers ??= new Map()).set(key, value);
  }

  setTrailer(key: string, value: string): void {
    (this.#trailers ??= new Map()).set(key, value);
  }

  setBackwardMetadata(key: string, value: string): void {
    if (key !== '' && value !== '') {
      this.setTrailer(key, value);
    }
  }

  sendHeaders(): void {
    if (this.#headersSent || this.ended) {
      return;
    }
    this.#headersSent = true;
    const strings = joined(this.#headers, this.#peer.closingStrings);
    this.#peer.frames.control(FrameType.HEADER, this, { strings });
  }

  /** Writes a message; the caller has made sure that the connection takes it. */
  send(message: unknown): void {
    if (this.cancelled !== undefined) {
      throw this.cancelled;
    }
    if (this.ended) {
      throw new StreamClosedError(`${this.name.text} has ended: no message can be sent on it`);
    }
    this.sendHeaders();
    const bytes = this.#peer.frames.data(this, this.method.response, message);
    this.messagesOut++;
    this.observation?.sent(bytes);
  }

  /** Resolves when a message may be written. */
  writable(): Promise<void> | undefined {
    const { gate } = this.#peer;
    return gate.saturated ? gate.wait(this.signal) : undefined;
  }

  /** Values that go with the end of the stream. */
  trailers(): Map<string, string> {
    return joined(this.#trailers, this.#peer.closingStrings) ?? new Map<string, string>();
  }

  /** Ends the stream for its handler; later reads and writes fail with the reason. */
  cancel(reason: Error, exception?: ApplicationException): void {
    if (this.cancelled !== undefined || this.ended) {
      return;
    }
    this.cancelled = reason;
    this.cancelException = exception;
    this.requests.abort(reason);
    this.#controller?.abort(reason);
    this.onCancel?.();
    if (!this.started) {
      this.#peer.end(this, reason);
    }
  }

  /** The trailer has been written, or nothing can be. */
  settle(): void {
    this.ended = true;
    this.#deadlineTimer?.disarm();
    if (this.cancelled === undefined) {
      this.requests.leave();
    }
    if (this.scope !== undefined) {
      this.scope.call = undefined;
    }
  }

  #watchDeadline(): void {
    const { deadline } = this;
    if (deadline === Infinity) {
      return;
    }
    this.#deadlineTimer = timerWheel.timer(() => {
      const { maxDurationMs } = this.#peer;
      const isOwn = maxDurationMs < this.callerTimeoutMs;
      const timeoutMs = isOwn ? maxDurationMs : this.callerTimeoutMs;
      const message = isOwn
        ? `${this.name.text} was open for ${timeoutMs} ms, the limit of the server (streams.maxDurationMs)`
        : `the caller of ${this.name.text} gave the stream ${timeoutMs} ms`;
      this.cancel(new RpcTimeoutError(timeoutMs, message));
      return Infinity;
    });
    this.#deadlineTimer.arm(deadline);
  }
}

function joined(
  own: Map<string, string> | undefined,
  closing: ReadonlyMap<string, string> | undefined,
): Map<string, string> | undefined {
  return closing === undefined ? own : new Map([...(own ?? []), ...closing]);
}
