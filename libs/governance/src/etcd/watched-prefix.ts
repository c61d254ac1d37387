import type { Etcd3 } from 'etcd3';
import { PrefixWatch } from './prefix-watch.js';
import { inTime, withDeadline } from './time-limit.js';

/** How often all is read, in case the watch misses a change, in milliseconds. */
export const DEFAULT_REFRESH_INTERVAL_MS = 30_000;
/** Wait after a read that failed, unless the interval is shorter. */
const RETRY_MS = 5_000;
/** Waits before a watch is made again: the first one, and the longest. */
const FIRST_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 10_000;

/** Receives what is below a prefix. */
export interface WatchedPrefixListener {
  /** All keys with their values: after the first read, and whenever they are different. */
  changed(values: ReadonlyMap<string, string>): void;
  /** etcd could not be read, or a watch was lost; the values of before stay in use. */
  failed(error: Error): void;
}

/**
 * Follows the keys below a prefix. A watch notifies of a change, and then all is read, which is right whatever was missed. All is also read
 * when a watch begins, and at an interval. A watch that ended, or that missed a change, is made again.
 */
export class WatchedPrefix {
  /** Resolves after the first read: with its error if it failed. */
  readonly first: Promise<Error | undefined>;
  readonly #client: Etcd3;
  readonly #prefix: string;
  readonly #listener: WatchedPrefixListener;
  readonly #refreshIntervalMs: number;
  /** The values read last, as one text. */
  #known = '';
  #isReading = false;
  #readAgain = false;
  #pollTimer: NodeJS.Timeout | undefined;
  #watch: PrefixWatch | undefined;
  #watchTimer: NodeJS.Timeout | undefined;
  /** When the watch was confirmed; `undefined` while there is none. */
  #watchingSince: number | undefined;
  #backoffMs = FIRST_BACKOFF_MS;
  #isLossReported = false;
  /** The watch notified of a change since the last read began. */
  #isNotified = false;
  /** A read found a change of which the watch has not notified. */
  #isMissed = false;
  /** A read failed; the connection of the watch may be gone as well. */
  #isSuspect = false;
  #closed = false;

  constructor(
    client: Etcd3,
    prefix: string,
    listener: WatchedPrefixListener,
    refreshIntervalMs: number,
  ) {
    this.#client = client;
    this.#prefix = prefix;
    this.#listener = listener;
    this.#refreshIntervalMs = refreshIntervalMs;
    this.first = this.#read();
    void this.#follow(this.first);
    this.#openWatch();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#pollTimer);
    clearTimeout(this.#watchTimer);
    this.#watch?.close();
  }

  #openWatch(): void {
    this.#watchingSince = undefined;
    this.#isMissed = false;
    this.#watch = new PrefixWatch(this.#client, this.#prefix, {
      watching: () => {
        this.#watchingSince = performance.now();
        this.#isLossReported = false;
        this.#isSuspect = false;
        this.#notified();
      },
      changed: () => this.#notified(),
      ended: (error) => this.#watchEnded(error),
    });
  }

  #notified(): void {
    this.#isNotified = true;
    this.#isMissed = false;
    this.#refresh();
  }

  #watchEnded(error: Error): void {
    const lastedMs = performance.now() - (this.#watchingSince ?? Infinity);
    this.#backoffMs =
      lastedMs > MAX_BACKOFF_MS ? FIRST_BACKOFF_MS : Math.min(this.#backoffMs * 2, MAX_BACKOFF_MS);
    this.#watchingSince = undefined;
    this.#reportLoss(`ended: ${error.message}`, error);
    const delayMs = this.#backoffMs * (0.5 + Math.random() / 2);
    this.#watchTimer = setTimeout(() => this.#openWatch(), delayMs).unref();
  }

  /** Once until there is a watch again. */
  #reportLoss(what: string, cause?: Error): void {
    if (this.#isLossReported) {
      return;
    }
    this.#isLossReported = true;
    const message = `the etcd watch on "${this.#prefix}" ${what}; it is made again, and etcd is read every ${this.#refreshIntervalMs} ms`;
    this.#listener.failed(new Error(message, { cause }));
  }

  #poll(): void {
    if (this.#isMissed) {
      this.#reportLoss('missed a change');
      this.#replaceWatch();
    }
    this.#refresh();
  }

  #replaceWatch(): void {
    this.#watch?.close();
    this.#openWatch();
  }

  /** Reads now; during a read, again after it. */
  #refresh(): void {
    if (this.#isReading) {
      this.#readAgain = true;
    } else if (!this.#closed) {
      void this.#follow(this.#read());
    }
  }

  /** Waits for a read, and for those asked for meanwhile; then for the next poll. */
  async #follow(read: Promise<Error | undefined>): Promise<void> {
    clearTimeout(this.#pollTimer);
    this.#isReading = true;
    let error = await read;
    while (this.#readAgain && !this.#closed) {
      this.#readAgain = false;
      error = await this.#read();
    }
    this.#isReading = false;
    if (!this.#closed) {
      const delayMs = error === undefined ? this.#refreshIntervalMs : RETRY_MS;
      this.#pollTimer = setTimeout(
        () => this.#poll(),
        Math.min(delayMs, this.#refreshIntervalMs),
      ).unref();
    }
  }

  async #read(): Promise<Error | undefined> {
    const wasWatching = this.#watchingSince !== undefined;
    const wasNotified = this.#isNotified;
    this.#isNotified = false;
    try {
      const request = this.#client.getAll().prefix(this.#prefix);
      const values = await inTime(request.options(withDeadline()).strings());
      if (!this.#closed) {
        this.#take(values, wasWatching && !wasNotified && !this.#isNotified);
      }
      return undefined;
    } catch (cause) {
      const error = cause as Error;
      if (!this.#closed) {
        this.#isSuspect = true;
        this.#listener.failed(error);
      }
      return error;
    }
  }

  /** @param isUnexpected the watch has not notified of a change. */
  #take(values: Readonly<Record<string, string>>, isUnexpected: boolean): void {
    if (this.#isSuspect && this.#watchingSince !== undefined) {
      this.#replaceWatch();
    }
    this.#isSuspect = false;
    const entries = Object.entries(values);
    const text = JSON.stringify(entries);
    if (text !== this.#known) {
      this.#known = text;
      this.#isMissed = isUnexpected && this.#watchingSince !== undefined;
      this.#listener.changed(new Map(entries));
    }
  }
}
