import type { CallbackReport } from '../errors/callback-report.js';

/** The run of a handler that observers are around: it happens once, and its outcome is that of the handler, whatever they do. */
export class HandlerRun<T> {
  readonly #handler: () => T;

  #entered = false;
  #failed = false;
  #result: T | undefined;
  #error: unknown;

  /** @param handler is called at most once. */
  constructor(handler: () => T) {
    this.#handler = handler;
  }

  /** Runs the handler, or repeats what came of it: returns its result, throws its error. */
  readonly enter = (): T => {
    if (!this.#entered) {
      this.#entered = true;
      this.#run();
    }
    if (this.#failed) {
      throw this.#error;
    }
    return this.#result as T;
  };

  /**
   * Runs an observer around what is inside of it; returns or throws what the handler does, whether the observer runs it or not.
   *
   * @param report gets what the observer throws by itself.
   */
  around(observe: () => unknown, inner: () => T, report: CallbackReport): T {
    let returned: unknown;
    try {
      returned = observe();
    } catch (error) {
      if (!this.#failed || this.#error !== error) {
        report.threw(error);
      }
    }
    const result = this.#entered ? this.enter() : inner();
    // A promise derived from that of the handler rejects with it, and nothing awaits it.
    if (returned !== result && returned instanceof Promise) {
      returned.catch(() => {});
    }
    return result;
  }

  #run(): void {
    try {
      this.#result = this.#handler();
    } catch (error) {
      this.#failed = true;
      this.#error = error;
    }
  }
}
