import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { monotonicClock, type Clock } from '../../support/clock.js';
import { requireMilliseconds } from './timeouts.js';

/** How a timeout follows the latency observed. */
export interface DynamicTimeoutOptions {
  /** Percentile of the latency looked at, above 0 to 100. Default 95. */
  readonly percentile?: number;
  /** The percentile is multiplied by this. Default 2. */
  readonly multiplier?: number;
  /** Added to it, in milliseconds. Default 500. */
  readonly bufferMs?: number;
  /** Never below this. Default 100. */
  readonly floorMs?: number;
  /** Never above this. Default 10,000. */
  readonly ceilingMs?: number;
  /** Used until enough calls were seen. Default 3,000. */
  readonly defaultMs?: number;
  /** Calls to see before the default is left. Default 100. */
  readonly minSamples?: number;
  /** Calls older than this are forgotten, in milliseconds. Default 60,000. */
  readonly windowMs?: number;
}

const SLICES = 6;
/** Latency is kept in microseconds, up to an hour. */
const HIGHEST_MICROSECONDS = 3_600_000_000;

/**
 * A timeout that follows the latency of a method: percentile × multiplier + buffer, within floor and ceiling. The window
 * is cut into six histograms of fixed size, so memory does not grow with traffic, and the percentile is
 * computed at most once per slice and second.
 */
export class DynamicTimeout {
  readonly #settings: Required<DynamicTimeoutOptions>;
  readonly #clock: Clock;
  readonly #sliceMs: number;
  readonly #slices = Array.from({ length: SLICES }, newHistogram);
  #slice: number;
  #timeoutMs: number;
  #computedAt = -Infinity;

  /** @throws RangeError for values out of range. */
  constructor(options: DynamicTimeoutOptions = {}, clock: Clock = monotonicClock) {
    this.#settings = dynamicTimeoutSettings(options);
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
    return Math.min(Math.max(timeoutMs, floorMs), ceilingMs);
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

/** Fills in the defaults. @throws RangeError for values out of range. */
export function dynamicTimeoutSettings(
  options: DynamicTimeoutOptions,
): Required<DynamicTimeoutOptions> {
  const said = Object.entries(options).filter(([, value]) => value !== undefined);
  const settings = {
    percentile: 95,
    multiplier: 2,
    bufferMs: 500,
    floorMs: 100,
    ceilingMs: 10_000,
    defaultMs: 3_000,
    minSamples: 100,
    windowMs: 60_000,
    ...(Object.fromEntries(said) as DynamicTimeoutOptions),
  };
  if (!(settings.percentile > 0 && settings.percentile <= 100)) {
    throw new RangeError(`percentile must be above 0 and at most 100, got ${settings.percentile}`);
  }
  if (!(settings.multiplier > 0)) {
    throw new RangeError(`multiplier must be above 0, got ${settings.multiplier}`);
  }
  if (!(settings.minSamples >= 1)) {
    throw new RangeError(`minSamples must be 1 or more, got ${settings.minSamples}`);
  }
  requireMilliseconds('bufferMs', settings.bufferMs, 0);
  requireMilliseconds('floorMs', settings.floorMs, 1);
  requireMilliseconds('ceilingMs', settings.ceilingMs, settings.floorMs);
  requireMilliseconds('defaultMs', settings.defaultMs, 1);
  requireMilliseconds('windowMs', settings.windowMs, SLICES);
  return settings;
}
