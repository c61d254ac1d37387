import { Readable } from 'node:stream';
import type { StreamFormat } from './stream-format.js';

const PING_MS = 15_000;

/** What a {@link StreamBody} is made from. */
export interface StreamBodySource {
  readonly messages: AsyncIterator<unknown>;
  /** The first step of `messages`, which has been taken already. */
  readonly first: Promise<IteratorResult<unknown>>;
  readonly format: StreamFormat;
  /** A message as JSON. */
  readonly write: (message: unknown) => string;
  /** An error as JSON. */
  readonly writeError: (error: unknown) => string;
  /** Called when the body is read for the first time. */
  readonly onStart: () => void;
}

/**
 * The messages of a service as the body of a response. The next one is taken when the reader has room for it, and destroying the body
 * leaves the stream, which cancels it.
 */
export class StreamBody extends Readable {
  readonly #source: StreamBodySource;
  readonly #ping: NodeJS.Timeout | undefined;
  #first: Promise<IteratorResult<unknown>> | undefined;
  #index = 0;
  /** Whether the reader has room, and no message has come yet. */
  #isWaiting = false;

  constructor(source: StreamBodySource) {
    // Messages that are read ahead would hide that the reader is slow.
    super({ highWaterMark: 1 });
    this.#source = source;
    this.#first = source.first;
    const { ping } = source.format;
    this.#ping = ping === '' ? undefined : setInterval(() => this.#pingReader(), PING_MS).unref();
  }

  override _read(): void {
    if (this.#index === 0 && this.#first !== undefined) {
      this.#source.onStart();
    }
    // A ping is followed by another demand while the same message is awaited.
    if (!this.#isWaiting) {
      this.#isWaiting = true;
      void this.#next();
    }
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearInterval(this.#ping);
    this.#leave();
    done(error);
  }

  async #next(): Promise<void> {
    const { text, isLast } = await this.#step();
    this.#isWaiting = false;
    if (this.destroyed) {
      return;
    }
    this.#ping?.refresh();
    if (text !== '') {
      this.push(text);
    }
    if (isLast) {
      this.push(null);
    }
  }

  async #step(): Promise<{ readonly text: string; readonly isLast: boolean }> {
    const { messages, format, write, writeError } = this.#source;
    const step = this.#first ?? messages.next();
    this.#first = undefined;
    try {
      const { done, value } = await step;
      if (done) {
        return { text: format.end, isLast: true };
      }
      const text = format.message(write(value), this.#index);
      this.#index += 1;
      return { text, isLast: false };
    } catch (error) {
      this.#leave();
      return { text: format.failure(writeError(error)), isLast: true };
    }
  }

  #pingReader(): void {
    if (this.#isWaiting) {
      this.push(this.#source.format.ping);
    }
  }

  #leave(): void {
    this.#source.messages.return?.()?.catch(() => undefined);
  }
}

/** Whether a promise is settled within a time, in milliseconds. @throws what it rejects with within that time */
export function isSettledWithin(promise: Promise<unknown>, timeMs: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), timeMs);
    promise.then(
      () => {
        clearTimeout(timer);
        resolve(true);
      },
      (error: Error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
