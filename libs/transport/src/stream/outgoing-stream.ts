import { CancelledError, type RpcTimeoutError, StreamClosedError } from '../errors/errors.js';
import type { StreamObservation } from '../observer/stream-observation.js';
import { reportAbandoned } from './abandoned-stream.js';
import { Deferred } from './deferred.js';
import { followSignals } from './follow-signals.js';
import { MessageQueue } from './message-queue.js';
import { ReceiveClock } from './receive-clock.js';
import { receiveResult } from './receive-result.js';
import type { Cancellation, StreamAttempt, StreamCarrier } from './stream-carrier.js';
import { CancelType } from '../wire/streaming/stream-frame.js';
import type { DuplexStream, StreamMetadata } from './stream-options.js';
import type { StreamTarget } from './stream-target.js';

/** A stream as its caller holds it, whatever its kind: the types of generated clients show the part that the kind has. */
export class OutgoingStream implements DuplexStream<unknown, unknown> {
  readonly target: StreamTarget;
  readonly label: string;
  readonly #queue: MessageQueue<unknown>;
  readonly #headers = new Deferred<StreamMetadata>();
  readonly #trailers = new Deferred<StreamMetadata>();
  #endCallbacks: (() => void)[] | undefined;
  /** Made for those that wait to write. */
  #settled: AbortController | undefined;
  readonly #clock: ReceiveClock;
  /** Messages that wait for a connection. */
  #unsent: unknown[] = [];
  #ready = new Deferred<void>();
  #carrier: StreamCarrier<OutgoingStream> | undefined;
  #attempt: StreamAttempt | undefined;
  #sendClosed = false;
  /** Messages have left that are not kept. */
  #hasSent = false;
  /** Whether its messages are or have been iterated. */
  isIterated = false;
  #error: { readonly cause: unknown } | undefined;
  #done = false;
  messagesIn = 0;
  /** Why the last attempt to open it failed; `undefined` before one did. */
  openError: unknown;
  /** The attempt as observers see it; absent where none watches streams. */
  observation: StreamObservation | undefined;
  #result: Promise<unknown> | undefined;

  constructor(target: StreamTarget) {
    this.target = target;
    this.label = `${target.service.name}.${target.method.name}`;
    this.#queue = new MessageQueue((bytes) => this.#carrier?.buffered(this, bytes));
    this.#clock = new ReceiveClock(this);
    if (target.method.kind === 'server') {
      // A stream that its caller forgets must end, too.
      this.#clock.wait();
    }
    followSignals(this);
  }

  get headers(): Promise<StreamMetadata> {
    return this.#headers.promise;
  }

  get trailers(): Promise<StreamMetadata> {
    return this.#trailers.promise;
  }

  /** Whether received messages wait beyond what should. */
  get isFull(): boolean {
    return this.#queue.isFull;
  }

  get isHalfEmpty(): boolean {
    return this.#queue.isHalfEmpty;
  }

  get bufferedBytes(): number {
    return this.#queue.bytes;
  }

  get isDone(): boolean {
    return this.#done;
  }

  get result(): Promise<unknown> {
    if (this.#result === undefined) {
      this.#result = receiveResult(this, this.#queue);
      this.#result.catch(() => undefined);
    }
    return this.#result;
  }

  async send(message: unknown): Promise<void> {
    this.#requireSendable();
    if (this.#carrier === undefined) {
      this.#unsent.push(message);
      return this.#ready.promise;
    }
    this.#hasSent = true;
    this.#carrier.send(this, message);
    return this.#carrier.saturated ? this.#untilWritable(this.#carrier) : undefined;
  }

  closeSend(): void {
    if (this.#sendClosed || this.#done) {
      return;
    }
    this.#sendClosed = true;
    if (this.target.method.kind === 'client') {
      this.#clock.wait();
    }
    this.#carrier?.closeSend(this);
  }

  finish(): Promise<unknown> {
    this.closeSend();
    return this.result;
  }

  cancel(reason?: unknown): void {
    const message = `${this.label} was cancelled by its caller`;
    const error = new CancelledError(message, reason === undefined ? undefined : { cause: reason });
    this.giveUp(error, {
      type: CancelType.CANCELLED,
      message: 'cancelled by the caller',
      path: [],
    });
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown, undefined> {
    if (this.isIterated) {
      throw new Error(`${this.label}: the messages of a stream can be iterated once`);
    }
    this.isIterated = true;
    this.#clock.rest();
    return {
      next: () => this.#next(),
      return: () => {
        this.#queue.leave();
        this.cancel();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  onEnd(callback: () => void): void {
    if (this.#done) {
      callback();
    } else {
      (this.#endCallbacks ??= []).push(callback);
    }
  }

  sourceFailed(error: unknown): void {
    const message = 'the caller failed while it sent messages';
    this.giveUp(error, { type: CancelType.CANCELLED, message, path: [] });
  }

  timedOut(error: RpcTimeoutError, type: number): void {
    if (!this.isIterated && this.target.method.kind !== 'client') {
      reportAbandoned(this.label, error);
    }
    this.giveUp(error, { type, message: `the caller waited ${error.timeoutMs} ms`, path: [] });
  }

  failStep(error: RpcTimeoutError): boolean {
    // The only answer has no step after the one that fails.
    return this.target.method.kind !== 'client' && this.#queue.failWaiting(error);
  }

  /** Begins an attempt to open the stream. Returns false where messages have been sent that cannot be sent again. */
  begin(attempt: StreamAttempt): boolean {
    if (this.#hasSent) {
      return false;
    }
    this.#attempt = attempt;
    return true;
  }

  /** The stream has a connection, whose server gets what was sent so far. */
  attach(carrier: StreamCarrier<OutgoingStream>): void {
    this.#carrier = carrier;
    const unsent = this.#unsent;
    if (this.target.method.kind !== 'server') {
      this.#unsent = [];
      this.#hasSent = unsent.length > 0;
    }
    try {
      for (const message of unsent) {
        carrier.send(this, message);
      }
    } catch (error) {
      const message = 'the caller could not encode a message';
      this.giveUp(error, { type: CancelType.CANCELLED, message, path: [] });
      return;
    }
    if (this.#sendClosed) {
      carrier.closeSend(this);
    }
    this.#ready.resolve();
    // When the stream has to be opened again, messages wait for that connection.
    this.#ready = new Deferred();
  }

  headersCame(headers: StreamMetadata): void {
    this.#headers.resolve(headers);
  }

  messageCame(message: unknown, bytes: number): void {
    this.observation?.received(bytes);
    if (this.messagesIn++ === 0) {
      this.#headers.resolve(NO_METADATA);
      this.#succeed();
    }
    if (this.isIterated || this.target.method.kind !== 'server') {
      this.#clock.rest();
    } else if (this.messagesIn === 1) {
      // Messages that no code takes must not keep the stream open.
      this.#clock.wait();
    }
    this.#queue.push(message, bytes);
  }

  /** The server has ended the stream; with an error, messages that wait are delivered before it. */
  endCame(trailers: StreamMetadata, error: unknown): void {
    this.#headers.resolve(NO_METADATA);
    this.#trailers.resolve(trailers);
    if (error !== undefined) {
      return this.fail(error);
    }
    this.#succeed();
    this.#finish(undefined);
  }

  /** The stream failed: the attempt, if it has not succeeded, else the stream itself. */
  fail(error: unknown): void {
    const attempt = this.#attempt;
    this.#attempt = undefined;
    this.#carrier = undefined;
    this.observation?.end(error);
    if (attempt === undefined) {
      this.#finish({ cause: error });
    } else {
      this.openError = error;
      attempt.failed(error);
    }
  }

  /** No attempt has opened the stream. */
  openFailed(error: unknown): void {
    this.#finish({ cause: error });
  }

  /** Ends the stream from this side. */
  giveUp(error: unknown, cancellation: Cancellation): void {
    if (this.#done) {
      return;
    }
    const carrier = this.#carrier;
    const attempt = this.#attempt;
    this.#carrier = undefined;
    this.#attempt = undefined;
    carrier?.cancel(this, cancellation);
    this.#queue.abort(error);
    this.#finish({ cause: error });
    attempt?.failed(error);
  }

  #succeed(): void {
    this.#attempt?.succeeded();
    this.#attempt = undefined;
  }

  #finish(error: { readonly cause: unknown } | undefined): void {
    if (this.#done) {
      return;
    }
    this.#done = true;
    this.#error = error;
    this.observation?.end(error?.cause);
    this.#carrier = undefined;
    this.#clock.stop();
    if (error !== undefined) {
      this.#headers.reject(error.cause);
      this.#trailers.reject(error.cause);
      this.#ready.reject(error.cause);
    } else {
      this.#ready.resolve();
    }
    this.#unsent = [];
    this.#queue.end(error);
    this.#settled?.abort();
    this.#endCallbacks?.forEach((callback) => callback());
    this.#endCallbacks = undefined;
  }

  #untilWritable(carrier: StreamCarrier<OutgoingStream>): Promise<void> | undefined {
    this.#settled ??= new AbortController();
    return carrier.writable(this.#settled.signal);
  }

  #requireSendable(): void {
    if (this.#done) {
      throw this.#error?.cause ?? new StreamClosedError(`${this.label} has ended`);
    }
    if (this.#sendClosed) {
      throw new StreamClosedError(
        `${this.label}: no message can be sent after the sending side was closed`,
      );
    }
  }

  #next(): Promise<IteratorResult<unknown, undefined>> {
    const step = this.#queue.next();
    if (this.#queue.isAwaited && !this.#done) {
      this.#clock.wait();
    }
    return step;
  }
}

const NO_METADATA: StreamMetadata = new Map();
