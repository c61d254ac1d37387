import type { OutgoingCall } from '@nestjs-thrift/transport';
import { requireMilliseconds } from '../timeout/timeouts.js';
import { createBackoff, type Backoff, type BackoffOptions } from './backoff.js';

/** When to stop retrying. Kitex: StopPolicy. */
export interface RetryStopOptions {
  /**
   * Attempts beyond the first one. Default 2 (0 to 5) for failures, 1 (0 to 2) for backup requests, 1 (0 to 3) mixed.
   * Kitex: `max_retry_times`.
   */
  readonly maxRetries?: number;
  /** No attempt starts later than this after the first one started, in milliseconds; 0 for no limit. Default 0. Kitex: `max_duration_ms`. */
  readonly maxDurationMs?: number;
  /**
   * Do not retry while serving a request that is a retry itself, so that retries do not multiply along a chain of
   * services. Default true. Kitex: the opposite of `disable_chain_stop`.
   */
  readonly chainStop?: boolean;
  /** No retries while their budget stands at this rate, above 0 to 0.3. Default 0.1. Kitex: `cb_policy.error_rate`. */
  readonly errorRate?: number;
  /**
   * What the rate is of: `retry_share`, retries among all attempts, as Kitex by default; or `failure_rate`, failures
   * and timeouts among all attempts, as with its NewRetryContainer. Both need 10 attempts within ten seconds. Default `retry_share`.
   */
  readonly budget?: 'retry_share' | 'failure_rate';
}

/** What a retry may be done for, and how. */
export interface RetryConditions extends RetryStopOptions {
  /** Default none. */
  readonly backoff?: BackoffOptions;
  /** Lets a retry go to the instance of an attempt before. Default false: another one if there is any. Kitex: `retry_same_node`. */
  readonly retrySameInstance?: boolean;
  /**
   * Declares that a call may be carried out twice. Default: what the annotation `(idempotent = "true")` of the method
   * says. Without it only attempts that cannot have reached a handler are repeated. Kitex repeats every method.
   */
  readonly idempotent?: boolean;
  /** Retry after a timeout. Default true. Kitex: the opposite of NotRetryForTimeout. */
  readonly retryTimeouts?: boolean;
  /** Retry errors of these classes too. */
  readonly retryErrors?: readonly ErrorClass[];
  /**
   * Retry errors this returns true for. Not called for business outcomes and for errors that are never retried, such as
   * those of cancelled calls. If it throws or returns a promise, the call fails with a CallbackError. Kitex: ErrorRetryWithCtx.
   */
  readonly retryError?: (error: unknown, call: OutgoingCall) => boolean;
  /** Retry results for which this returns true. If it throws or returns a promise, the call fails with a CallbackError. Kitex: RespRetryWithCtx. */
  readonly retryResult?: (result: unknown, call: OutgoingCall) => boolean;
}

/** A class of errors, abstract or not. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/** Repeats a call that failed. Kitex: FailurePolicy. */
export interface FailureRetryOptions extends RetryConditions {
  readonly type: 'failure';
}

/** Starts a hedged request while the first attempt has no reply; the first reply wins. Kitex: BackupPolicy. */
export interface BackupRetryOptions extends RetryStopOptions {
  readonly type: 'backup';
  /** Wait for the reply before each further request, in milliseconds; above 0. Kitex: `retry_delay_ms`. */
  readonly delayMs: number;
  /**
   * Waits for this percentile of the latency that first attempts of the method had in the last minute, above 0 to 100, such as 95:
   * about one call of twenty gets a further request. `delayMs` holds until 100 calls were observed. Default none. Kitex has no such option.
   */
  readonly delayPercentile?: number;
  readonly retrySameInstance?: boolean;
  /** As for failures. A method that is not idempotent gets no backup request. */
  readonly idempotent?: boolean;
}

/** Both: repeats what failed, and what is not answered in time. Kitex: MixedPolicy. */
export interface MixedRetryOptions extends RetryConditions {
  readonly type: 'mixed';
  /** As for backup requests. */
  readonly delayMs: number;
  /** As for backup requests. */
  readonly delayPercentile?: number;
}

/** A retry policy. Kitex: retry.Policy. */
export type RetryOptions = FailureRetryOptions | BackupRetryOptions | MixedRetryOptions;

/** A retry policy with its defaults, checked. */
export interface RetrySettings {
  readonly type: RetryOptions['type'];
  readonly maxRetries: number;
  readonly maxDurationMs: number;
  readonly chainStop: boolean;
  readonly errorRate: number;
  readonly budget: 'retry_share' | 'failure_rate';
  /** Wait before a hedged request; `Infinity` where none is sent. */
  readonly delayMs: number;
  /** `undefined` for a fixed delay. */
  readonly delayPercentile: number | undefined;
  readonly backoff: Backoff;
  readonly retrySameInstance: boolean;
  readonly conditions: RetryConditions;
}

const DEFAULT_RETRIES = { failure: 2, backup: 1, mixed: 1 };
const MOST_RETRIES = { failure: 5, backup: 2, mixed: 3 };

/** @throws RangeError for values out of range, TypeError for `retryErrors` that are not classes. */
export function retrySettings(options: RetryOptions): RetrySettings {
  const { type, maxDurationMs = 0, chainStop = true, errorRate = 0.1 } = options;
  const { budget = 'retry_share', retrySameInstance = false } = options;
  const maxRetries = options.maxRetries ?? DEFAULT_RETRIES[type];
  if (!Number.isInteger(maxRetries) || maxRetries < 0 || maxRetries > MOST_RETRIES[type]) {
    throw new RangeError(
      `maxRetries of a ${type} policy must be a whole number from 0 to ${MOST_RETRIES[type]}, got ${maxRetries}`,
    );
  }
  if (!(errorRate > 0 && errorRate <= 0.3)) {
    throw new RangeError(
      `errorRate of a retry policy must be above 0 and at most 0.3, got ${errorRate}`,
    );
  }
  requireMilliseconds('maxDurationMs', maxDurationMs, 0);
  if (options.type !== 'backup') {
    requireClasses(options.retryErrors);
  }
  const delayPercentile = options.type === 'failure' ? undefined : options.delayPercentile;
  if (options.type !== 'failure') {
    requireMilliseconds('delayMs', options.delayMs, 1);
  }
  if (delayPercentile !== undefined && !(delayPercentile > 0 && delayPercentile <= 100)) {
    throw new RangeError(`delayPercentile must be above 0 and at most 100, got ${delayPercentile}`);
  }
  return {
    type,
    maxRetries,
    maxDurationMs,
    chainStop,
    errorRate,
    budget,
    delayMs: options.type === 'failure' ? Infinity : options.delayMs,
    delayPercentile,
    backoff: createBackoff((options.type !== 'backup' && options.backoff) || { type: 'none' }),
    retrySameInstance,
    conditions: options.type === 'backup' ? { idempotent: options.idempotent } : options,
  };
}

/** In a circle of imports a class may not exist yet; `instanceof` would throw in the middle of a call. */
function requireClasses(classes: readonly unknown[] = []): void {
  for (const type of classes) {
    if (typeof type !== 'function') {
      throw new TypeError(
        `retryErrors must list classes of errors, got ${String(type)}; is a module imported in a circle?`,
      );
    }
  }
}
