import { waitOrCancel } from './retry-in-turn.js';
import { conclude, runAttempt, stopReason, type Ended, type RetryRun } from './retry-run.js';

/**
 * Starts a further attempt whenever the ones under way take too long, and, for the mixed policy, after one that
 * ended badly; the first attempt that ends well decides. The others are cancelled then. Of a backup policy every end
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
  /** A backoff is being waited out: neither the clock nor another failure starts an attempt meanwhile. */
  #waiting = false;
  #timer: NodeJS.Timeout | undefined;
  #settled = false;

  constructor(run: RetryRun<T>, resolve: (value: T) => void, reject: (error: unknown) => void) {
    this.#run = run;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#startedAt = run.clock();
  }

  start(): void {
    // Not AbortSignal.any: what that derives from a signal that lives long is never given free by Node 20.
    this.#run.signal?.addEventListener('abort', this.#cancelAll, { once: true });
    this.#launch();
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
    void runAttempt(this.#run, attempt, controller.signal).then((ended) => {
      this.#underWay.delete(controller);
      this.#ended(ended);
    });
  }

  #armTimer(): void {
    clearTimeout(this.#timer);
    if (this.#attempts <= this.#run.settings.maxRetries) {
      this.#timer = setTimeout(() => this.#tookTooLong(), this.#run.settings.delayMs);
    }
  }

  #tookTooLong(): void {
    if (this.#settled || this.#waiting) {
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
    if (this.#waiting) {
      return;
    }
    const waitMs = this.#run.settings.backoff(this.#attempts);
    const reason = stopReason(this.#run, this.#attempts, this.#startedAt, waitMs);
    if (reason === undefined) {
      void this.#launchAfter(waitMs, ended);
    } else if (this.#underWay.size === 0) {
      this.#run.onStop?.(reason, this.#attempts);
      this.#settle(() => conclude(ended, reason, this.#attempts, this.#run.settings));
    }
  }

  async #launchAfter(waitMs: number, ended: Ended<T>): Promise<void> {
    this.#waiting = true;
    try {
      await waitOrCancel(waitMs, this.#run.signal);
    } catch (error) {
      this.#settle(() => {
        throw error;
      });
      return;
    }
    this.#waiting = false;
    if (!this.#settled) {
      this.#run.onRetry?.(this.#attempts, ended);
      this.#launch();
    }
  }

  #settle(outcome: () => T): void {
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#run.signal?.removeEventListener('abort', this.#cancelAll);
    try {
      this.#resolve(outcome());
    } catch (error) {
      this.#reject(error);
    }
    this.#cancelAll();
  }

  /** Called when the attempts are no longer wanted: by the caller's signal, or because one has decided. */
  readonly #cancelAll = (): void => {
    for (const controller of this.#underWay) {
      controller.abort(this.#run.signal?.reason);
    }
  };
}
