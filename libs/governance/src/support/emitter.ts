import { CallbackReport } from '@nestjs-thrift/transport/internal';

/** Ends a subscription; shaped like cockatiel's, so both kinds of events are handled alike. */
export interface Subscription {
  dispose(): void;
}

/** Something to subscribe to, shaped like cockatiel's `Event`. */
export type Subscribe<T> = (listener: (data: T) => void) => Subscription;

/**
 * Notifies listeners of an event. What a listener throws, or rejects with, changes nothing: it is reported as a warning of the process
 * with the code `THRIFT_CALLBACK_FAILED`, at most once a minute and emitter.
 */
export class Emitter<T> {
  readonly #listeners = new Set<(data: T) => void>();
  #failures: CallbackReport | undefined;

  readonly event: Subscribe<T> = (listener) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  /** Whether there is a listener; lets the sender skip building what nothing reads. */
  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  emit(data: T): void {
    for (const listener of this.#listeners) {
      try {
        const result: unknown = listener(data);
        if (result instanceof Promise) {
          this.#report().returned(result);
        }
      } catch (error) {
        this.#report().threw(error);
      }
    }
  }

  #report(): CallbackReport {
    return (this.#failures ??= new CallbackReport('a listener of a governance event'));
  }
}
