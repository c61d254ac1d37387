import { signalListeners, supersededReason } from '@nestjs-thrift/transport/internal';
import { cancelledInWait } from './retry-in-turn.js';
import { conclude, runAttempt, stopReason, type Ended, type RetryRun } from './retry-run.js';

/**
 * Starts a further attempt whenever the ones under way take too long, and, for the mixed policy, after one that
 * failed; the first attempt that succeeds decides. The others are cancelled then. Of a backup policy every end
 * decides, also an error, as in Kitex.
 */
export function hedge<T>(run: RetryRun<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    new HedgedCall(run, resolve, reject).start();
  });
}

class HedgedCall<T> {
  readonly #run: RetryRun<T>;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  readonly #startedAt: number;
  readonly #underWay = new Set<AbortController>();
  #attempts = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Ends the backoff before an attempt; meanwhile neither the delay nor another failure starts one. */
  #backoff: NodeJS.Timeout | undefined;
  #settled = false;
  #isFirstRecorded = false;

  constructor(run: RetryRun<T>, resolve: (value: T) => void, reject: (error: unknown) => void) {
    this.#run = run;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#startedAt = run.clock();
  }

  start(): void {
    const { signal } = this.#run;
    if (signal !== undefined) {
      // Not AbortSignal.any: Node 20 never releases signals derived from a long-lived signal.
      signalListeners.add(signal, this);
    }
    this.#launch();
  }

  /** The caller cancelled the call. */
  cancel(): void {
    const reason: unknown = this.#run.signal?.reason;
    this.#cancelAll(() => reason);
    if (this.#backoff !== undefined) {
      this.#fail(cancelledInWait(reason));
    }
  }

  #launch(): void {
    const attempt = this.#attempts;
    this.#attempts += 1;
    const controller = new AbortController();
    this.#underWay.add(controller);
    if (this.#run.signal?.aborted) {
      controller.abort(this.#run.signal.reason);
    }
    this.#armTimer();
    runAttempt(this.#run, attempt, controller.signal)
      .then((ended) => {
        this.#underWay.delete(controller);
        if (attempt === 0 && 'value' in ended) {
          this.#firstTook();
        }
        this.#ended(ended);
      })
      .catch((error: unknown) => this.#fail(error));
  }

  /** How long the first attempt took, or at least: one that lost has not ended, and leaving it out would shorten the delay. */
  #firstTook(): void {
    if (!this.#isFirstRecorded) {
      this.#isFirstRecorded = true;
      this.#run.delay.record(this.#run.clock() - this.#startedAt);
    }
  }

  #armTimer(): void {
    clearTimeout(this.#timer);
    if (this.#attempts <= this.#run.settings.maxRetries) {
      this.#timer = setTimeout(() => this.#tookTooLong(), this.#run.delay.ms);
    }
  }

  #tookTooLong(): void {
    if (this.#settled || this.#backoff !== undefined) {
      return;
    }
    const reason = stopReason(this.#run, this.#attempts, this.#startedAt, 0);
    if (reason !== undefined) {
      this.#run.onStop?.(reason, this.#attempts);
      return;
    }
    this.#run.onRetry?.(this.#attempts, undefined);
    this.#launch();
  }

  #ended(ended: Ended<T>): void {
    if (this.#settled) {
      return;
    }
    if (!this.#run.shouldRetry(ended)) {
      this.#settle(() => conclude(ended, undefined, this.#attempts, this.#run.settings));
      return;
    }
    if (this.#backoff !== undefined) {
      return;
    }
    const waitMs = this.#run.settings.backoff(this.#attempts);
    const reason = stopReason(this.#run, this.#attempts, this.#startedAt, waitMs);
    if (reason === undefined) {
      this.#launchAfter(waitMs, ended);
    } else if (this.#underWay.size === 0) {
      this.#run.onStop?.(reason, this.#attempts);
      this.#settle(() => conclude(ended, reason, this.#attempts, this.#run.settings));
    }
  }

  #launchAfter(waitMs: number, ended: Ended<T>): void {
    if (this.#run.signal?.aborted) {
      this.#fail(cancelledInWait(this.#run.signal.reason));
    } else if (waitMs <= 0) {
      this.#retry(ended);
    } else {
      this.#backoff = setTimeout(() => {
        this.#backoff = undefined;
        this.#retry(ended);
      }, waitMs);
    }
  }

  #retry(ended: Ended<T>): void {
    this.#run.onRetry?.(this.#attempts, ended);
    this.#launch();
  }

  /** A predicate threw, or the caller cancelled the call during a backoff. */
  #fail(error: unknown): void {
    if (this.#settled) {
      return;
    }
    this.#settle(() => {
      throw error;
    });
  }

  #settle(outcome: () => T): void {
    this.#settled = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#backoff);
    if (this.#attempts > 1) {
      this.#firstTook();
    }
    if (this.#run.signal !== undefined) {
      signalListeners.remove(this.#run.signal, this);
    }
    try {
      this.#resolve(outcome());
    } catch (error) {
      this.#reject(error);
    }
    this.#cancelAll(supersededReason);
  }

  /** Called when the attempts are no longer needed: the caller cancelled the call, or one attempt has decided it. */
  #cancelAll(reason: () => unknown): void {
    for (const controller of this.#underWay) {
      controller.abort(reason());
    }
  }
}
