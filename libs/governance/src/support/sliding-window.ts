import { monotonicClock, type Clock } from './clock.js';

/** What happened within a window. */
export interface WindowCounts {
  readonly successes: number;
  readonly failures: number;
  readonly timeouts: number;
  readonly total: number;
  /** Share of failures and timeouts among all, 0 to 1; 0 without samples. */
  readonly errorRate: number;
}

type Kind = 0 | 1 | 2;
const SUCCESS: Kind = 0;
const FAILURE: Kind = 1;
const TIMEOUT: Kind = 2;
const KINDS = 3;

/** The window of Kitex: 100 buckets of 100 ms. */
const BUCKETS = 100;
const BUCKET_MS = 100;

/**
 * Counts outcomes of the last ten seconds. Buckets leave the window by elapsed time, also when nothing is counted for a
 * while; no timer is needed for that, and memory is fixed. Kitex: the metricer of its circuit breaker.
 */
export class SlidingWindow {
  readonly #clock: Clock;
  readonly #counts = new Float64Array(BUCKETS * KINDS);
  readonly #totals = new Float64Array(KINDS);
  /** Number of the present bucket since the clock began. */
  #bucket: number;

  constructor(clock: Clock = monotonicClock) {
    this.#clock = clock;
    this.#bucket = Math.floor(clock() / BUCKET_MS);
  }

  succeed(): void {
    this.#add(SUCCESS);
  }

  fail(): void {
    this.#add(FAILURE);
  }

  timeout(): void {
    this.#add(TIMEOUT);
  }

  counts(): WindowCounts {
    this.#slide();
    const successes = this.#totals[SUCCESS]!;
    const failures = this.#totals[FAILURE]!;
    const timeouts = this.#totals[TIMEOUT]!;
    const total = successes + failures + timeouts;
    const errorRate = total === 0 ? 0 : (failures + timeouts) / total;
    return { successes, failures, timeouts, total, errorRate };
  }

  reset(): void {
    this.#counts.fill(0);
    this.#totals.fill(0);
  }

  #add(kind: Kind): void {
    this.#slide();
    this.#counts[(this.#bucket % BUCKETS) * KINDS + kind]! += 1;
    this.#totals[kind]! += 1;
  }

  #slide(): void {
    const bucket = Math.floor(this.#clock() / BUCKET_MS);
    const passed = bucket - this.#bucket;
    if (passed === 0) {
      return;
    }
    if (passed >= BUCKETS) {
      this.reset();
    } else {
      for (let next = this.#bucket + 1; next <= bucket; next += 1) {
        this.#clear((next % BUCKETS) * KINDS);
      }
    }
    this.#bucket = bucket;
  }

  #clear(offset: number): void {
    for (let kind = 0; kind < KINDS; kind += 1) {
      this.#totals[kind]! -= this.#counts[offset + kind]!;
      this.#counts[offset + kind] = 0;
    }
  }
}
