import type { OutgoingCall } from '@nestjs-thrift/transport';
import {
  callback,
  flag,
  integer,
  listOf,
  milliseconds,
  number,
  oneOf,
  option,
  type OptionsOf,
  required,
  resolveOption,
  variants,
} from '@nestjs-thrift/transport/internal';
import { BACKOFF, createBackoff, type Backoff } from './backoff.js';

/** A class of errors, abstract or not. */
export type ErrorClass = abstract new (...args: never[]) => Error;

const STOP = {
  /** No attempt starts later than this after the first one started, in milliseconds; 0 for no limit. Default 0. Kitex: `max_duration_ms`. */
  maxDurationMs: milliseconds({ default: 0 }),
  /**
   * Do not retry while serving a request that is a retry itself, so that retries do not multiply along a chain of
   * services. Default true. Kitex: the opposite of `disable_chain_stop`.
   */
  chainStop: flag({ default: true }),
  /** No retries while their budget stands at this rate, above 0 to 0.3. Default 0.1. Kitex: `cb_policy.error_rate`. */
  errorRate: number({ above: 0, max: 0.3, default: 0.1 }),
  /**
   * What the rate is of: `retry-share`, retries among all attempts, as Kitex by default; or `failure-rate`, failures
   * and timeouts among all attempts, as with its NewRetryContainer. Both need 10 attempts within ten seconds. Default `retry-share`.
   */
  budget: oneOf(['retry-share', 'failure-rate'], { default: 'retry-share' }),
};

const INSTANCE_AND_IDEMPOTENCE = {
  /** Lets a retry go to the instance of an attempt before. Default false: another one if there is any. Kitex: `retry_same_node`. */
  retrySameInstance: flag({ default: false }),
  /**
   * Declares that a call may be carried out twice. Default: what the annotation `(idempotent = "true")` of the method
   * says. Without it only attempts that cannot have reached a handler are repeated, and no backup request is sent. Kitex repeats
   * every method.
   */
  idempotent: flag(),
};

const CONDITIONS = {
  ...STOP,
  ...INSTANCE_AND_IDEMPOTENCE,
  /** Wait before a retry. Default none. */
  backoff: BACKOFF,
  /** Retry after a timeout. Default true. Kitex: the opposite of NotRetryForTimeout. */
  retryTimeouts: flag({ default: true }),
  /** Retry errors of these classes too. */
  retryErrors: listOf(
    // In a circle of imports a class may not exist yet; `instanceof` would throw in the middle of a call.
    option<ErrorClass>(
      'a class of errors (modules that import each other in a circle may not have it yet)',
      (value) => typeof value === 'function',
    ),
  ),
  /**
   * Retry errors this returns true for. Not called for business outcomes and for errors that are never retried, such as
   * those of cancelled calls. If it throws or returns a promise, the call fails with a CallbackError. Kitex: ErrorRetryWithCtx.
   */
  retryError: callback<(error: unknown, call: OutgoingCall) => boolean>(),
  /** Retry results for which this returns true. If it throws or returns a promise, the call fails with a CallbackError. Kitex: RespRetryWithCtx. */
  retryResult: callback<(result: unknown, call: OutgoingCall) => boolean>(),
};

const DELAY = {
  /** Wait for the reply before each further request, in milliseconds; above 0. Kitex: `retry_delay_ms`. */
  delayMs: required(milliseconds({ min: 1 })),
  /**
   * Waits for this percentile of the latency that first attempts of the method had in the last minute, above 0 to 100, such as 95:
   * about one call of twenty gets a further request. `delayMs` holds until 100 calls were observed. Default none. Kitex has no such option.
   */
  delayPercentile: number({ above: 0, max: 100 }),
};

/** Options of `retry: { type: 'failure' }`. */
export const FAILURE_RETRY_OPTIONS = {
  /** Attempts beyond the first one, 0 to 5. Kitex: `max_retry_times`. */
  maxRetries: integer({ max: 5, default: 2 }),
  ...CONDITIONS,
};

/** Options of `retry: { type: 'backup' }`. */
export const BACKUP_RETRY_OPTIONS = {
  ...DELAY,
  /** Requests beyond the first one, 0 to 2. Kitex: `max_retry_times`. */
  maxRetries: integer({ max: 2, default: 1 }),
  ...STOP,
  ...INSTANCE_AND_IDEMPOTENCE,
};

/** Options of `retry: { type: 'mixed' }`. */
export const MIXED_RETRY_OPTIONS = {
  ...DELAY,
  /** Attempts beyond the first one, 0 to 3. Kitex: `max_retry_times`. */
  maxRetries: integer({ max: 3, default: 1 }),
  ...CONDITIONS,
};

/** When to stop retrying. Kitex: StopPolicy. */
export interface RetryStopOptions extends OptionsOf<typeof STOP> {
  /** Attempts beyond the first one. Default 2 (0 to 5) for failures, 1 (0 to 2) for backup requests, 1 (0 to 3) mixed. */
  readonly maxRetries?: number;
}

/** What a retry may be done for, and how. */
export interface RetryConditions extends OptionsOf<typeof CONDITIONS> {
  /** Attempts beyond the first one. Default 2 (0 to 5) for failures, 1 (0 to 3) mixed. */
  readonly maxRetries?: number;
}

/** Repeats a call that failed. Kitex: FailurePolicy. */
export interface FailureRetryOptions extends OptionsOf<typeof FAILURE_RETRY_OPTIONS> {
  readonly type: 'failure';
}

/** Starts a hedged request while the first attempt has no reply; the first reply wins. Kitex: BackupPolicy. */
export interface BackupRetryOptions extends OptionsOf<typeof BACKUP_RETRY_OPTIONS> {
  readonly type: 'backup';
}

/** Both: repeats what failed, and what is not answered in time. Kitex: MixedPolicy. */
export interface MixedRetryOptions extends OptionsOf<typeof MIXED_RETRY_OPTIONS> {
  readonly type: 'mixed';
}

/** A retry policy. Kitex: retry.Policy. */
export type RetryOptions = FailureRetryOptions | BackupRetryOptions | MixedRetryOptions;

/** The option `retry` of the policies of a method. */
export const RETRY = variants('type', {
  failure: FAILURE_RETRY_OPTIONS,
  backup: BACKUP_RETRY_OPTIONS,
  mixed: MIXED_RETRY_OPTIONS,
});

/** A retry policy with its defaults. */
export interface ResolvedRetryOptions {
  readonly type: RetryOptions['type'];
  readonly maxRetries: number;
  readonly maxDurationMs: number;
  readonly chainStop: boolean;
  readonly errorRate: number;
  readonly budget: 'retry-share' | 'failure-rate';
  /** Wait before a hedged request; `Infinity` where none is sent. */
  readonly delayMs: number;
  /** `undefined` for a fixed delay. */
  readonly delayPercentile: number | undefined;
  readonly backoff: Backoff;
  readonly retrySameInstance: boolean;
  readonly conditions: RetryConditions;
}

/** @throws TypeError that names each wrong option. */
export function resolveRetryOptions(options: RetryOptions): ResolvedRetryOptions {
  const retry = resolveOption('retry', RETRY, options);
  const { type, maxRetries, maxDurationMs, chainStop, errorRate, budget, retrySameInstance } =
    retry;
  return {
    type,
    maxRetries,
    maxDurationMs,
    chainStop,
    errorRate,
    budget,
    delayMs: retry.type === 'failure' ? Infinity : retry.delayMs,
    delayPercentile: retry.type === 'failure' ? undefined : retry.delayPercentile,
    backoff: createBackoff((retry.type !== 'backup' && retry.backoff) || { type: 'none' }),
    retrySameInstance,
    conditions: retry.type === 'backup' ? { idempotent: retry.idempotent } : retry,
  };
}
