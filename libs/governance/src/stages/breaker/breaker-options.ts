import {
  asGiven,
  group,
  integer,
  milliseconds,
  number,
  type Option,
  type OptionsOf,
  orFalse,
  type Resolved,
  resolveOptions,
} from '@nestjs-thrift/transport/internal';

/** Options of a circuit breaker. */
export const CIRCUIT_BREAKER_OPTIONS = {
  /** Opens at this share of failed calls, above 0 to 1. Kitex: ErrRate, `err_rate`. */
  errorRate: number({ above: 0, max: 1, default: 0.5 }),
  /** Opens only with this many calls in the window of ten seconds. Kitex: MinSample, `min_sample`. */
  minSamples: integer({ min: 1, default: 200 }),
  /** Stays open for this long before it lets a call through, in milliseconds. Default 5,000, as fixed in Kitex. */
  openDurationMs: milliseconds({ default: 5_000 }),
  /** Then lets one call through per this many milliseconds. Default 200, as fixed in Kitex. */
  probeIntervalMs: milliseconds({ default: 200 }),
  /** This many of them must succeed in a row to close it. Default 2, as fixed in Kitex. */
  successesToClose: integer({ min: 1, default: 2 }),
  /**
   * A call that succeeds but takes longer than this counts as failed, in milliseconds: a breaker for latency; 0 for none.
   * Kitex has no such option.
   */
  slowCallMs: milliseconds({ default: 0 }),
};

/** When a circuit breaker opens, and how it closes again. Kitex: circuitbreak.CBConfig. */
export interface CircuitBreakerOptions extends OptionsOf<typeof CIRCUIT_BREAKER_OPTIONS> {}

/** The options with their defaults. */
export interface ResolvedCircuitBreakerOptions extends Resolved<typeof CIRCUIT_BREAKER_OPTIONS> {}

/** An option that is a circuit breaker, or `false` for none. */
export const CIRCUIT_BREAKER: Option<CircuitBreakerOptions | false> = asGiven(
  orFalse(group(CIRCUIT_BREAKER_OPTIONS)),
);

/** @throws TypeError that names each wrong option. */
export function resolveCircuitBreakerOptions(
  options: CircuitBreakerOptions,
): ResolvedCircuitBreakerOptions {
  return resolveOptions('circuitBreaker', CIRCUIT_BREAKER_OPTIONS, options);
}
