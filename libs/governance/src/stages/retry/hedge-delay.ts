import { DynamicTimeout } from '../timeout/dynamic-timeout.js';
import type { ResolvedRetryOptions } from './retry-options.js';

/** How long an attempt may take before a further request is sent. */
export interface HedgeDelay {
  /** In milliseconds, for a call that starts now. */
  readonly ms: number;
  /** Learns how long a first attempt took. */
  record(durationMs: number): void;
}

/** Where no further request is sent before an attempt has failed. */
export const NO_DELAY: HedgeDelay = { ms: Infinity, record: () => {} };

/** Longest delay that is learned, in milliseconds: beyond it a further request does not help the caller. */
const CEILING_MS = 60_000;

/** A fixed delay, or one that follows a percentile of the latency observed. */
export function hedgeDelay({ delayMs, delayPercentile }: ResolvedRetryOptions): HedgeDelay {
  if (delayPercentile === undefined) {
    return { ms: delayMs, record: () => {} };
  }
  const latency = new DynamicTimeout({
    percentile: delayPercentile,
    multiplier: 1,
    bufferMs: 0,
    floorMs: 1,
    ceilingMs: CEILING_MS,
    defaultMs: delayMs,
  });
  return {
    get ms() {
      return latency.timeoutMs;
    },
    record: (durationMs) => latency.record(durationMs),
  };
}
