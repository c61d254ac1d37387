import type { IDefaultPolicyContext } from 'cockatiel';
import { CallbackError } from '@nestjs-thrift/transport';
import { callbackError, plainAnswer } from '@nestjs-thrift/transport/internal';
import { BasePolicy } from '../policy/base-policy.js';
import { neverAborted } from '../policy/use-policy.js';
import { monotonicClock } from '../../support/clock.js';
import { hedge } from './hedge.js';
import { hedgeDelay, type HedgeDelay } from './hedge-delay.js';
import type { BackoffOptions } from './backoff.js';
import { RetryBudget } from './retry-budget.js';
import { outcomeOf, shouldRetryFunction } from './retry-decision.js';
import { retryInTurn } from './retry-in-turn.js';
import {
  resolveRetryOptions,
  type ResolvedRetryOptions,
  type RetryOptions,
  type RetryStopOptions,
} from './retry-options.js';
import { runAttempt, type RetryRun } from './retry-run.js';

/** A retry policy for any function; see the retry options of calls for the fields they share. */
export interface RetryPolicyOptions extends Omit<RetryStopOptions, 'chainStop'> {
  readonly type: 'failure' | 'backup' | 'mixed';
  /** Required for `backup` and `mixed`. */
  readonly delayMs?: number;
  /** As in the retry options of calls. */
  readonly delayPercentile?: number;
  readonly backoff?: BackoffOptions;
  /**
   * Default: timeouts, lost connections and requests that were not sent. If it throws or returns a promise, the execution rejects with
   * a CallbackError.
   */
  readonly shouldRetry?: (error: unknown) => boolean;
  /**
   * When everything must have ended, on the clock of `performance.now()`; called once per execution. If it throws, the execution
   * rejects with a CallbackError.
   */
  readonly deadline?: () => number;
}

/**
 * Retries, backup requests and both as a policy of cockatiel's shape. What cockatiel's own `retry` has not: a budget, a total
 * duration, a deadline, a wait that ends when the caller cancels, and hedging. Losers of a hedge see their signal fire.
 */
export class RetryPolicy extends BasePolicy {
  readonly #settings: ResolvedRetryOptions;
  readonly #budget = new RetryBudget();
  readonly #delay: HedgeDelay;
  readonly #shouldRetry: (error: unknown) => boolean;
  readonly #deadline: () => number;

  /** @throws TypeError that names each wrong option. */
  constructor(options: RetryPolicyOptions) {
    super();
    const { shouldRetry = shouldRetryFunction, deadline = () => Infinity, ...retry } = options;
    this.#settings = resolveRetryOptions(retry as RetryOptions);
    this.#delay = hedgeDelay(this.#settings);
    this.#shouldRetry = shouldRetry;
    this.#deadline = deadline;
  }

  override async execute<T>(
    fn: (context: IDefaultPolicyContext) => PromiseLike<T> | T,
    signal?: AbortSignal,
  ): Promise<T> {
    const startedAt = monotonicClock();
    try {
      const run = this.#run(fn, signal === neverAborted ? undefined : signal);
      const value = await (this.#settings.type === 'failure'
        ? retryInTurn(run, await runAttempt(run, 0, run.signal), startedAt)
        : hedge(run));
      this.succeeded(startedAt);
      return value;
    } catch (error) {
      this.failed(startedAt, error, this.#handles(error));
      throw error;
    }
  }

  #asksFor(error: unknown): boolean {
    try {
      return plainAnswer(this.#shouldRetry(error));
    } catch (fault) {
      throw callbackError('shouldRetry', 'a RetryPolicy', fault, error);
    }
  }

  /** Whether the policy retries such an error, for listeners of its failures. */
  #handles(error: unknown): boolean {
    if (!this.failures.hasListeners || error instanceof CallbackError) {
      return false;
    }
    try {
      return this.#asksFor(error);
    } catch {
      return false;
    }
  }

  #end(): number {
    try {
      return plainAnswer(this.#deadline());
    } catch (fault) {
      throw callbackError('deadline', 'a RetryPolicy', fault);
    }
  }

  #run<T>(
    fn: (context: IDefaultPolicyContext) => PromiseLike<T> | T,
    signal: AbortSignal | undefined,
  ): RetryRun<T> {
    const { type } = this.#settings;
    return {
      settings: this.#settings,
      budget: this.#budget,
      delay: this.#delay,
      attempt: async (_attempt, wanted) => fn({ signal: wanted ?? neverAborted }),
      shouldRetry: (ended) => type !== 'backup' && 'error' in ended && this.#asksFor(ended.error),
      classify: (ended) => outcomeOf(ended),
      deadline: this.#end(),
      signal,
      clock: monotonicClock,
      onRetry: undefined,
      onStop: undefined,
    };
  }
}
