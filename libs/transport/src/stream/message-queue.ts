/** Messages that may wait before the sender is to stop. */
export const HIGH_WATER_MESSAGES = 64;
/** Bytes of messages that may wait before the sender is to stop. */
export const HIGH_WATER_BYTES = 256 * 1024;

interface Waiting<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

const DONE: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined });

/**
 * The messages of one direction of a stream between the socket and their consumer, which takes them one by one. Only one
 * consumer may iterate, once.
 */
export class MessageQueue<T> {
  readonly #buffered: (bytes: number) => void;
  #values: T[] = [];
  /** What each value took on the socket. */
  #sizes: number[] = [];
  /** Values before this one have been taken. */
  #head = 0;
  #bytes = 0;
  #waiting: Waiting<T>[] = [];
  #ended = false;
  #error: { readonly cause: unknown } | undefined;
  #left = false;

  /** @param buffered called when bytes came in or went out; negative for the latter. */
  constructor(buffered: (bytes: number) => void) {
    this.#buffered = buffered;
  }

  /** Bytes that wait, as they came on the socket. */
  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#values.length - this.#head;
  }

  /** Whether the sender should stop. */
  get isFull(): boolean {
    return this.size >= HIGH_WATER_MESSAGES || this.#bytes >= HIGH_WATER_BYTES;
  }

  /** Whether the sender may go on after it was stopped. */
  get isHalfEmpty(): boolean {
    return this.size <= HIGH_WATER_MESSAGES / 2 && this.#bytes <= HIGH_WATER_BYTES / 2;
  }

  /** Whether a consumer waits for a message. */
  get isAwaited(): boolean {
    return this.#waiting.length > 0;
  }

  /** Adds a message; after the end, or when the consumer has left, it is dropped. */
  push(value: T, bytes: number): void {
    if (this.#ended || this.#left) {
      return;
    }
    if (this.#waiting.length > 0) {
      this.#waiting.shift()!.resolve({ done: false, value });
      return;
    }
    this.#values.push(value);
    this.#sizes.push(bytes);
    this.#bytes += bytes;
    this.#buffered(bytes);
  }

  /** No further messages come; with an error the consumer gets it after those that wait. */
  end(error?: { readonly cause: unknown }): void {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    this.#error = error;
    for (const waiting of this.#waiting.splice(0)) {
      this.#settleAtEnd(waiting);
    }
  }

  /** Drops what waits; the consumer gets the error with its next step. */
  abort(error: unknown): void {
    this.#drop();
    if (this.#ended && this.#error === undefined) {
      this.#error = { cause: error };
    }
    this.end({ cause: error });
  }

  /** Fails the step that the consumer waits for, and goes on; returns whether it waits. */
  failWaiting(error: unknown): boolean {
    const waiting = this.#waiting.shift();
    waiting?.reject(error);
    return waiting !== undefined;
  }

  /** The next message. */
  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#head < this.#values.length) {
      return Promise.resolve({ done: false, value: this.#take() });
    }
    return new Promise((resolve, reject) => {
      const waiting = { resolve, reject };
      if (this.#ended || this.#left) {
        this.#settleAtEnd(waiting);
      } else {
        this.#waiting.push(waiting);
      }
    });
  }

  /** The consumer needs no more messages. */
  leave(): void {
    if (this.#left) {
      return;
    }
    this.#left = true;
    this.#drop();
    for (const waiting of this.#waiting.splice(0)) {
      waiting.resolve(DONE);
    }
  }

  #settleAtEnd({ resolve, reject }: Waiting<T>): void {
    const error = this.#error;
    if (error === undefined || this.#left) {
      resolve(DONE);
      return;
    }
    // As with every async iterator, an error comes once and the end follows.
    this.#error = undefined;
    reject(error.cause);
  }

  #take(): T {
    const value = this.#values[this.#head]!;
    const bytes = this.#sizes[this.#head]!;
    this.#values[this.#head] = undefined as never;
    this.#head++;
    if (this.#head === this.#values.length) {
      this.#values = [];
      this.#sizes = [];
      this.#head = 0;
    } else if (this.#head > HIGH_WATER_MESSAGES && this.#head * 2 > this.#values.length) {
      this.#values = this.#values.slice(this.#head);
      this.#sizes = this.#sizes.slice(this.#head);
      this.#head = 0;
    }
    this.#bytes -= bytes;
    this.#buffered(-bytes);
    return value;
  }

  #drop(): void {
    const bytes = this.#bytes;
    this.#values = [];
    this.#sizes = [];
    this.#head = 0;
    this.#bytes = 0;
    if (bytes > 0) {
      this.#buffered(-bytes);
    }
  }
}
