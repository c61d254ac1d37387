import { monotonicClock, type Clock } from '../../support/clock.js';

/**
 * Grants so many requests per second, refilled by elapsed time and not by a tick, so that a rate of 1 grants one
 * request a second. After a pause up to one second's worth goes through at once. Kitex: its QPS limiter, which at rates below 10
 * refuses everything.
 */
export class TokenBucket {
  readonly #clock: Clock;
  #perSecond: number;
  #tokens: number;
  #filledAt: number;

  /** @throws RangeError unless the rate is a number above 0. */
  constructor(perSecond: number, clock: Clock = monotonicClock) {
    this.#perSecond = checked(perSecond);
    this.#clock = clock;
    // A tenth of a second's worth at the start, as Kitex, so that a restart lets no whole burst through.
    this.#tokens = Math.max(1, perSecond / 10);
    this.#filledAt = clock();
  }

  get perSecond(): number {
    return this.#perSecond;
  }

  /** Takes a token if there is one. */
  take(): boolean {
    this.#fill();
    if (this.#tokens < 1) {
      return false;
    }
    this.#tokens -= 1;
    return true;
  }

  /** Changes the rate; available tokens stay, up to the new capacity. @throws RangeError as the constructor. */
  update(perSecond: number): void {
    this.#fill();
    this.#perSecond = checked(perSecond);
    this.#tokens = Math.min(this.#tokens, this.#capacity());
  }

  #fill(): void {
    const now = this.#clock();
    const gained = ((now - this.#filledAt) / 1_000) * this.#perSecond;
    this.#filledAt = now;
    this.#tokens = Math.min(this.#tokens + gained, this.#capacity());
  }

  #capacity(): number {
    return Math.max(1, this.#perSecond);
  }
}

function checked(perSecond: number): number {
  if (!(perSecond > 0 && Number.isFinite(perSecond))) {
    throw new RangeError(
      `a rate must be a number of requests per second above 0, got ${perSecond}`,
    );
  }
  return perSecond;
}
