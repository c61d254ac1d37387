import { RetryExhaustedError } from '../../errors/errors.js';
import type { Clock } from '../../support/clock.js';
import type { HedgeDelay } from './hedge-delay.js';
import type { AttemptOutcome, RetryBudget } from './retry-budget.js';
import type { ResolvedRetryOptions } from './retry-options.js';

/** Why no further attempt was made although there was cause for one. */
export type RetryStopReason = 'max_retries' | 'max_duration' | 'deadline' | 'budget';

/** Carries out one attempt. @param attempt 0 for the first. @param signal aborts when the attempt is cancelled. */
export type Attempt<T> = (attempt: number, signal: AbortSignal | undefined) => Promise<T>;

/** How an attempt ended. */
export type Ended<T> = { readonly value: T } | { readonly error: unknown };

/** What the two ways to retry, one after the other and hedged, need to know about a call. */
export interface RetryRun<T> {
  readonly settings: ResolvedRetryOptions;
  readonly budget: RetryBudget;
  /** Wait before a further request where none has failed. */
  readonly delay: HedgeDelay;
  readonly attempt: Attempt<T>;
  /** Whether another attempt may end better. */
  readonly shouldRetry: (ended: Ended<T>) => boolean;
  /** `undefined` for a neutral outcome, for example of a cancelled attempt. */
  readonly classify: (ended: Ended<T>) => AttemptOutcome | undefined;
  /** When the call as a whole must have ended, on the clock; `Infinity` for no limit. */
  readonly deadline: number;
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
  /** Called before each additional attempt. */
  readonly onRetry: ((attempt: number, last: Ended<T> | undefined) => void) | undefined;
  readonly onStop: ((reason: RetryStopReason, attempts: number) => void) | undefined;
}

/** Why there may be no attempt number `attempt` after a wait of `waitMs`; `undefined` if there may. */
export function stopReason<T>(
  run: RetryRun<T>,
  attempt: number,
  startedAt: number,
  waitMs: number,
): RetryStopReason | undefined {
  const { settings } = run;
  if (attempt > settings.maxRetries) {
    return 'max_retries';
  }
  const at = run.clock() + waitMs;
  if (settings.maxDurationMs > 0 && at - startedAt > settings.maxDurationMs) {
    return 'max_duration';
  }
  // The caller no longer waits by then: the attempt could only add load.
  if (at >= run.deadline) {
    return 'deadline';
  }
  return run.budget.allows(settings) ? undefined : 'budget';
}

/** Runs one attempt and turns both ways to end into a value. */
export async function runAttempt<T>(
  run: RetryRun<T>,
  attempt: number,
  signal: AbortSignal | undefined,
): Promise<Ended<T>> {
  run.budget.started(run.settings, attempt > 0);
  let ended: Ended<T>;
  try {
    ended = { value: await run.attempt(attempt, signal) };
  } catch (error) {
    ended = { error };
  }
  countEnd(run, ended);
  return ended;
}

/** Tells the budget how an attempt ended. */
export function countEnd<T>(run: RetryRun<T>, ended: Ended<T>): void {
  const outcome = run.classify(ended);
  if (outcome !== undefined) {
    run.budget.ended(run.settings, outcome);
  }
}

/** What the caller gets when no further attempt is made. */
export function conclude<T>(
  ended: Ended<T>,
  reason: RetryStopReason | undefined,
  attempts: number,
  settings: ResolvedRetryOptions,
): T {
  if ('value' in ended) {
    return ended.value;
  }
  if (reason === 'max_duration') {
    throw new RetryExhaustedError(
      attempts,
      `gave up after ${attempts} attempts: the ${settings.maxDurationMs} ms of the retry policy are used up`,
      { cause: ended.error },
    );
  }
  throw ended.error;
}
