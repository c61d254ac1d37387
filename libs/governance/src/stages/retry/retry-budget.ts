import type { Clock } from '../../support/clock.js';
import { SlidingWindow } from '../../support/sliding-window.js';
import type { ResolvedRetryOptions } from './retry-options.js';

/** Attempts within the window before the budget says anything. Kitex: cbMinSample. */
const MIN_SAMPLES = 10;

/** The outcome of an attempt as the budget counts it. */
export type AttemptOutcome = 'success' | 'failure' | 'timeout';

/**
 * Keeps retries of a method from adding to the load of a service that is already in trouble. Shared by all calls of
 * the method, and kept when the policy changes. Kitex: the retry container with its percentage limit or its breaker.
 */
export class RetryBudget {
  readonly #attempts: SlidingWindow;
  readonly #outcomes: SlidingWindow;

  constructor(clock?: Clock) {
    this.#attempts = new SlidingWindow(clock);
    this.#outcomes = new SlidingWindow(clock);
  }

  /** Counts an attempt that starts. In the window of shares a first attempt is a success and a retry a failure. */
  started({ budget }: BudgetSettings, retry: boolean): void {
    if (budget !== 'retry-share') {
      return;
    }
    if (retry) {
      this.#attempts.fail();
    } else {
      this.#attempts.succeed();
    }
  }

  /** Counts an attempt that ended. */
  ended({ budget }: BudgetSettings, outcome: AttemptOutcome): void {
    if (budget !== 'failure-rate') {
      return;
    }
    if (outcome === 'success') {
      this.#outcomes.succeed();
    } else if (outcome === 'timeout') {
      this.#outcomes.timeout();
    } else {
      this.#outcomes.fail();
    }
  }

  /** Whether one more retry is within the budget. */
  allows({ budget, errorRate }: BudgetSettings): boolean {
    const window = budget === 'retry-share' ? this.#attempts : this.#outcomes;
    const counts = window.counts();
    return counts.total < MIN_SAMPLES || counts.errorRate < errorRate;
  }
}

type BudgetSettings = Pick<ResolvedRetryOptions, 'budget' | 'errorRate'>;
