import type { IDefaultPolicyContext, IFailureEvent, IPolicy, ISuccessEvent } from 'cockatiel';
import { Emitter, type Subscribe } from '../../support/emitter.js';

/**
 * What these policies share with those of cockatiel: its events and its type, so that it goes into cockatiel's
 * `wrap` with them. Unlike there, a listener that throws does not fail the call.
 */
export abstract class BasePolicy implements IPolicy {
  /** Never set: cockatiel derives the type of `wrap` from it. */
  declare readonly _altReturn: never;
  protected readonly successes = new Emitter<ISuccessEvent>();
  protected readonly failures = new Emitter<IFailureEvent>();
  readonly onSuccess: Subscribe<ISuccessEvent> = this.successes.event;
  readonly onFailure: Subscribe<IFailureEvent> = this.failures.event;

  abstract execute<T>(
    fn: (context: IDefaultPolicyContext) => PromiseLike<T> | T,
    signal?: AbortSignal,
  ): Promise<T>;

  protected succeeded(startedAt: number): void {
    if (this.successes.hasListeners) {
      this.successes.emit({ duration: performance.now() - startedAt });
    }
  }

  protected failed(startedAt: number, error: unknown, handled: boolean): void {
    if (this.failures.hasListeners) {
      // cockatiel 3 types what was thrown as Error, cockatiel 4 as unknown.
      const reason = { error: error as Error };
      this.failures.emit({ duration: performance.now() - startedAt, handled, reason });
    }
  }
}
