import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import {
  group,
  integer,
  milliseconds,
  number,
  type OptionsOf,
  refined,
  type Resolved,
  resolveOption,
} from '@nestjs-thrift/transport/internal';
import { monotonicClock, type Clock } from '../../support/clock.js';

const SLICES = 6;

/** Options of a timeout that follows the latency observed. */
export const DYNAMIC_TIMEOUT_OPTIONS = {
  /** Percentile of the latency looked at, above 0 to 100. */
  percentile: number({ above: 0, max: 100, default: 95 }),
  /** The percentile is multiplied by this. */
  multiplier: number({ above: 0, default: 2 }),
  /** Added to it, in milliseconds. */
  bufferMs: milliseconds({ default: 500 }),
  /** Never below this, in milliseconds; 0 for none. */
  floorMs: milliseconds({ default: 100 }),
  /** Never above this, in milliseconds; at least `floorMs`, or 0 for none. */
  ceilingMs: milliseconds({ default: 10_000 }),
  /** Used until enough calls were seen, in milliseconds; 0 for no limit. */
  defaultMs: milliseconds({ default: 3_000 }),
  /** Calls to see before the default is left. */
  minSamples: integer({ min: 1, default: 100 }),
  /** Calls older than this are forgotten, in milliseconds. */
  windowMs: milliseconds({ min: SLICES, default: 60_000 }),
};

/** How a timeout follows the latency observed. */
export interface DynamicTimeoutOptions extends OptionsOf<typeof DYNAMIC_TIMEOUT_OPTIONS> {}

/** The option `dynamicTimeout` of the policies of a method. */
export const DYNAMIC_TIMEOUT = refined(
  group(DYNAMIC_TIMEOUT_OPTIONS),
  ({ floorMs, ceilingMs }, report) => {
    if (ceilingMs > 0 && ceilingMs < floorMs) {
      report('ceilingMs', `must not be less than floorMs (${floorMs}); got ${ceilingMs}`);
    }
  },
);

/** What a timeout without a ceiling does not exceed: the longest that options allow. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
/** Latency is kept in microseconds, up to an hour. */
const HIGHEST_MICROSECONDS = 3_600_000_000;

/**
 * A timeout that follows the latency of a method: percentile × multiplier + buffer, within floor and ceiling. The window
 * is cut into six histograms of fixed size, so memory does not grow with traffic, and the percentile is
 * computed at most once per slice and second.
 */
export class DynamicTimeout {
  readonly #settings: Resolved<typeof DYNAMIC_TIMEOUT_OPTIONS>;
  readonly #clock: Clock;
  readonly #sliceMs: number;
  readonly #slices = Array.from({ length: SLICES }, newHistogram);
  #slice: number;
  #timeoutMs: number;
  #computedAt = -Infinity;

  /** @throws TypeError that names each wrong option. */
  constructor(options: DynamicTimeoutOptions = {}, clock: Clock = monotonicClock) {
    this.#settings = resolveOption('dynamicTimeout', DYNAMIC_TIMEOUT, options);
    this.#clock = clock;
    this.#sliceMs = this.#settings.windowMs / SLICES;
    this.#slice = Math.floor(clock() / this.#sliceMs);
    this.#timeoutMs = this.#settings.defaultMs;
  }

  /** The timeout for a call that starts now, in whole milliseconds. */
  get timeoutMs(): number {
    const now = this.#clock();
    if (now - this.#computedAt >= Math.min(1_000, this.#sliceMs)) {
      this.#computedAt = now;
      this.#timeoutMs = this.#compute();
    }
    return this.#timeoutMs;
  }

  /**
   * Counts a call. Calls that timed out belong here too: a server that became slower than the timeout would otherwise
   * never be seen, and the timeout never grow.
   */
  record(durationMs: number): void {
    this.#forgetOld();
    const microseconds = Math.round(durationMs * 1_000);
    this.#current().record(Math.min(Math.max(microseconds, 1), HIGHEST_MICROSECONDS));
  }

  #compute(): number {
    this.#forgetOld();
    const all = newHistogram();
    for (const slice of this.#slices) {
      all.add(slice);
    }
    const { percentile, multiplier, bufferMs, floorMs, ceilingMs, defaultMs, minSamples } =
      this.#settings;
    if (all.count < minSamples) {
      return defaultMs;
    }
    const latencyMs = all.percentile(percentile) / 1_000;
    const timeoutMs = Math.ceil(latencyMs * multiplier + bufferMs);
    return Math.min(Math.max(timeoutMs, floorMs), ceilingMs || LONGEST_TIMEOUT_MS);
  }

  #current(): RecordableHistogram {
    return this.#slices[this.#slice % SLICES]!;
  }

  #forgetOld(): void {
    const slice = Math.floor(this.#clock() / this.#sliceMs);
    const passed = Math.min(slice - this.#slice, SLICES);
    for (let i = 0; i < passed; i += 1) {
      this.#slices[(slice - i) % SLICES]!.reset();
    }
    this.#slice = slice;
  }
}

function newHistogram(): RecordableHistogram {
  return createHistogram({ lowest: 1, highest: HIGHEST_MICROSECONDS, figures: 2 });
}
