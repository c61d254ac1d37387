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

  get entered(): boolean {
    return this.#entered;
  }

  /** Whether the handler threw this error. */
  threw(error: unknown): boolean {
    return this.#failed && this.#error === error;
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

  #run(): void {
    try {
      this.#result = this.#handler();
    } catch (error) {
      this.#failed = true;
      this.#error = error;
    }
  }
}
