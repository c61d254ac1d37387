import { requireMilliseconds } from '../timeout/timeouts.js';

/** How long to wait before a retry. Kitex: BackOffPolicy, which knows the first three. */
export type BackoffOptions =
  | { readonly type: 'none' }
  | { readonly type: 'fixed'; readonly delayMs: number }
  | { readonly type: 'random'; readonly minMs: number; readonly maxMs: number }
  | {
      readonly type: 'exponential';
      /** Wait before the first retry. */
      readonly initialMs: number;
      /** No wait is longer. */
      readonly maxMs: number;
      /** Each wait is this many times the one before; 1 or more. Default 2. */
      readonly multiplier?: number;
      /** Share of each wait that is left to chance, 0 to 1. Default 0.5: a wait of 100 ms becomes one of 50 to 100. */
      readonly jitter?: number;
    };

/** The wait before a retry, in milliseconds. @param retry 1 for the first one. */
export type Backoff = (retry: number) => number;

/**
 * @param random source of numbers from 0 to below 1; for tests.
 * @throws RangeError for values out of range.
 */
export function createBackoff(
  options: BackoffOptions,
  random: () => number = Math.random,
): Backoff {
  switch (options.type) {
    case 'none':
      return () => 0;
    case 'fixed':
      requireMilliseconds('backoff delayMs', options.delayMs, 0);
      return () => options.delayMs;
    case 'random':
      return randomBackoff(options.minMs, options.maxMs, random);
    case 'exponential':
      return exponentialBackoff(options, random);
  }
}

function randomBackoff(minMs: number, maxMs: number, random: () => number): Backoff {
  requireMilliseconds('backoff minMs', minMs, 0);
  requireMilliseconds('backoff maxMs', maxMs, minMs);
  return () => minMs + random() * (maxMs - minMs);
}

function exponentialBackoff(
  options: Extract<BackoffOptions, { type: 'exponential' }>,
  random: () => number,
): Backoff {
  const { initialMs, maxMs, multiplier = 2, jitter = 0.5 } = options;
  requireMilliseconds('backoff initialMs', initialMs, 0);
  requireMilliseconds('backoff maxMs', maxMs, initialMs);
  if (!(multiplier >= 1)) {
    throw new RangeError(`backoff multiplier must be 1 or more, got ${multiplier}`);
  }
  if (!(jitter >= 0 && jitter <= 1)) {
    throw new RangeError(`backoff jitter must be from 0 to 1, got ${jitter}`);
  }
  return (retry) => {
    const full = Math.min(initialMs * multiplier ** (retry - 1), maxMs);
    return full * (1 - jitter * random());
  };
}
