import {
  milliseconds,
  number,
  type Option,
  type OptionsOf,
  refined,
  required,
  type Resolved,
  resolveOption,
  variants,
} from '@nestjs-thrift/transport/internal';

const FIXED = {
  /** Wait before each retry, in milliseconds. */
  delayMs: required(milliseconds()),
};

const RANDOM = {
  /** Shortest wait, in milliseconds. */
  minMs: required(milliseconds()),
  /** Longest wait, in milliseconds; at least `minMs`. */
  maxMs: required(milliseconds()),
};

const EXPONENTIAL = {
  /** Wait before the first retry, in milliseconds. */
  initialMs: required(milliseconds()),
  /** No wait is longer, in milliseconds; at least `initialMs`. */
  maxMs: required(milliseconds()),
  /** Each wait is this many times the one before. Default 2. */
  multiplier: number({ min: 1, default: 2 }),
  /** Random share of each wait, 0 to 1. Default 0.5: a wait of 100 ms becomes one of 50 to 100. */
  jitter: number({ min: 0, max: 1, default: 0.5 }),
};

/** How long to wait before a retry. Kitex: BackOffPolicy, which knows the first three. */
export type BackoffOptions =
  | { readonly type: 'none' }
  | ({ readonly type: 'fixed' } & OptionsOf<typeof FIXED>)
  | ({ readonly type: 'random' } & OptionsOf<typeof RANDOM>)
  | ({ readonly type: 'exponential' } & OptionsOf<typeof EXPONENTIAL>);

/** The options with their defaults. */
export type ResolvedBackoffOptions =
  | { readonly type: 'none' }
  | ({ readonly type: 'fixed' } & Resolved<typeof FIXED>)
  | ({ readonly type: 'random' } & Resolved<typeof RANDOM>)
  | ({ readonly type: 'exponential' } & Resolved<typeof EXPONENTIAL>);

/** The option `backoff` of a retry policy. */
export const BACKOFF: Option<BackoffOptions, undefined, ResolvedBackoffOptions> = refined(
  variants('type', { none: {}, fixed: FIXED, random: RANDOM, exponential: EXPONENTIAL }),
  (backoff, report) => {
    if (backoff.type === 'random' && backoff.maxMs < backoff.minMs) {
      report('maxMs', `must not be less than minMs (${backoff.minMs}); got ${backoff.maxMs}`);
    }
    if (backoff.type === 'exponential' && backoff.maxMs < backoff.initialMs) {
      report(
        'maxMs',
        `must not be less than initialMs (${backoff.initialMs}); got ${backoff.maxMs}`,
      );
    }
  },
);

/** @throws TypeError that names each wrong option. */
export function resolveBackoffOptions(options: BackoffOptions): ResolvedBackoffOptions {
  return resolveOption('backoff', BACKOFF, options);
}

/** The wait before a retry, in milliseconds. @param retry 1 for the first one. */
export type Backoff = (retry: number) => number;

/** @param random source of numbers from 0 to below 1; for tests. */
export function createBackoff(
  options: ResolvedBackoffOptions,
  random: () => number = Math.random,
): Backoff {
  switch (options.type) {
    case 'none':
      return () => 0;
    case 'fixed':
      return () => options.delayMs;
    case 'random':
      return () => options.minMs + random() * (options.maxMs - options.minMs);
    case 'exponential':
      return (retry) => {
        const { initialMs, maxMs, multiplier, jitter } = options;
        const full = Math.min(initialMs * multiplier ** (retry - 1), maxMs);
        return full * (1 - jitter * random());
      };
  }
}
