import type { AddressContacts } from '../connection/peer-contact.js';
import type { ConnectError } from '../errors/errors.js';

const FIRST_DELAY_MS = 20;
const MAX_DELAY_MS = 1_000;
const GROWTH = 1.6;
/** Share of a delay that is random, so that clients of one server do not return together. */
const JITTER = 0.2;

/**
 * How long an address is not used after failed attempts to connect: 20 ms, then 1.6 times as long each time up to 1 s.
 * Calls fail at once meanwhile, with the error of the last attempt. The curve is gRPC's connection backoff.
 */
export class ConnectBackoff implements AddressContacts {
  #failures = 0;
  #retryAt = 0;
  #lastError: ConnectError | undefined;
  #refused = false;
  /** Whether a peer at the address has ever sent anything. */
  hasAnswered = false;

  /** Whether the last attempt failed: then one attempt at a time finds out whether the address is back. */
  get failing(): boolean {
    return this.#failures > 0;
  }

  /** Why no attempt may be made now; `undefined` when one may. */
  errorAt(now: number): ConnectError | undefined {
    return now < this.#retryAt ? this.#lastError : undefined;
  }

  /** A connection was established. This does not clear a peer that closed others: it accepts them all and closes them afterwards. */
  connected(): void {
    if (!this.#refused) {
      this.#reset();
    }
  }

  answered(): void {
    this.hasAnswered = true;
    this.#refused = false;
    this.#reset();
  }

  refused(error: ConnectError): void {
    this.#refused = true;
    this.failed(error, performance.now());
  }

  failed(error: ConnectError, now: number): void {
    this.#lastError = error;
    if (now < this.#retryAt) {
      return;
    }
    const delay = Math.min(FIRST_DELAY_MS * GROWTH ** this.#failures, MAX_DELAY_MS);
    this.#failures++;
    this.#retryAt = now + delay * (1 - JITTER * Math.random());
  }

  #reset(): void {
    this.#failures = 0;
    this.#retryAt = 0;
    this.#lastError = undefined;
  }
}
