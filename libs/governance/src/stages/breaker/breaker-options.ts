import { requireMilliseconds } from '../timeout/timeouts.js';

/** When a circuit breaker opens, and how it closes again. Kitex: circuitbreak.CBConfig. */
export interface CircuitBreakerOptions {
  /** Opens at this share of failed calls, above 0 to 1. Default 0.5. Kitex: ErrRate, `err_rate`. */
  readonly errorRate?: number;
  /** Opens only with this many calls in the window of ten seconds. Default 200. Kitex: MinSample, `min_sample`. */
  readonly minSamples?: number;
  /** Stays open for this long before it lets a call through to see, in milliseconds. Default 5,000, as fixed in Kitex. */
  readonly openDurationMs?: number;
  /** Then lets one call through per this many milliseconds. Default 200, as fixed in Kitex. */
  readonly probeIntervalMs?: number;
  /** This many of them must succeed in a row to close it. Default 2, as fixed in Kitex. */
  readonly successesToClose?: number;
  /**
   * A call that succeeds but takes longer than this counts as failed, in milliseconds: a breaker for latency. Default
   * none. Kitex has no such option.
   */
  readonly slowCallMs?: number;
}

/** The options with their defaults. */
export type CircuitBreakerSettings = Required<Omit<CircuitBreakerOptions, 'slowCallMs'>> & {
  readonly slowCallMs: number | undefined;
};

/** @throws RangeError for values out of range. */
export function breakerSettings(options: CircuitBreakerOptions): CircuitBreakerSettings {
  const {
    errorRate = 0.5,
    minSamples = 200,
    openDurationMs = 5_000,
    probeIntervalMs = 200,
    successesToClose = 2,
    slowCallMs,
  } = options;
  if (!(errorRate > 0 && errorRate <= 1)) {
    throw new RangeError(`errorRate must be above 0 and at most 1, got ${errorRate}`);
  }
  requireCount('minSamples', minSamples);
  requireCount('successesToClose', successesToClose);
  requireMilliseconds('openDurationMs', openDurationMs, 0);
  requireMilliseconds('probeIntervalMs', probeIntervalMs, 0);
  if (slowCallMs !== undefined) {
    requireMilliseconds('slowCallMs', slowCallMs, 1);
  }
  return { errorRate, minSamples, openDurationMs, probeIntervalMs, successesToClose, slowCallMs };
}

function requireCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${name} must be a whole number of 1 or more, got ${value}`);
  }
}
