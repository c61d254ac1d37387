import type { MessageQueue } from './message-queue.js';
import { pulled, type Subscribable } from './pulled.js';

/** Messages to be sent: an async iterable, an array or another iterable, or an Observable. */
export type Messages<T> = AsyncIterable<T> | Iterable<T> | Subscribable<T>;

/** Whether a value is a source of messages and not an object of options. */
export function isMessages(value: unknown): value is Messages<unknown> {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  return (
    Symbol.asyncIterator in value ||
    Symbol.iterator in value ||
    typeof (value as { subscribe?: unknown }).subscribe === 'function'
  );
}

/**
 * The iterator of a source of messages.
 *
 * @throws TypeError for anything else.
 */
export function iterate<T>(source: Messages<T>, what: string): AsyncIterator<T> | Iterator<T> {
  if (!isMessages(source)) {
    throw new TypeError(`${what} must be an async iterable, an iterable or an Observable`);
  }
  if (Symbol.asyncIterator in source) {
    return source[Symbol.asyncIterator]();
  }
  return Symbol.iterator in source ? source[Symbol.iterator]() : pulled(source, tooFarAhead);
}

function tooFarAhead(ahead: string): string {
  return `an Observable is ${ahead} ahead of the stream that sends them; send an async iterable, which waits`;
}

/**
 * The messages that a handler sends, and what becomes of an error that ends them. A server asks for that once: a promise around each message
 * would cost as much as sending it.
 */
export class HandlerMessages {
  constructor(
    readonly messages: Messages<unknown>,
    /** Throws what the stream fails with, or rejects with it. */
    readonly fail: (error: unknown) => never | Promise<never>,
  ) {}
}

/**
 * The messages of the peer, in order. May be iterated once; leaving the loop drops those that still come. A stream that is
 * cancelled, or whose connection breaks, ends the iteration with an error, never as if the peer had finished.
 */
export interface ReceivedMessages<T = unknown> extends AsyncIterable<T> {}

/** The messages of a stream as its handler gets them. */
export class ReceivedStream<T = unknown>
  implements ReceivedMessages<T>, AsyncIterableIterator<T, undefined>
{
  readonly #queue: MessageQueue<T>;
  #isIterated = false;

  constructor(queue: MessageQueue<T>) {
    this.#queue = queue;
  }

  /** @throws Error when the messages are iterated a second time. */
  [Symbol.asyncIterator](): this {
    if (this.#isIterated) {
      throw new Error('the messages of a stream can be iterated once');
    }
    this.#isIterated = true;
    return this;
  }

  /** The next message; rejects when the stream was cancelled or broke. */
  next(): Promise<IteratorResult<T, undefined>> {
    return this.#queue.next();
  }

  /** Drops the messages that still come. */
  return(): Promise<IteratorReturnResult<undefined>> {
    this.#queue.leave();
    return Promise.resolve({ done: true, value: undefined });
  }
}
