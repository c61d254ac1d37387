/** Ends a subscription; shaped like cockatiel's, so both kinds of events are handled alike. */
export interface Subscription {
  dispose(): void;
}

/** Something to subscribe to, shaped like cockatiel's `Event`. */
export type Subscribe<T> = (listener: (data: T) => void) => Subscription;

/**
 * Tells listeners of an event. A listener that throws costs nobody their call: the first error of an emitter becomes a
 * process warning, later ones are dropped, for a listener on a hot path would otherwise flood the log.
 */
export class Emitter<T> {
  readonly #listeners = new Set<(data: T) => void>();
  #warned = false;

  readonly event: Subscribe<T> = (listener) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  /** Whether anybody listens; lets the sender skip building what nobody reads. */
  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  emit(data: T): void {
    for (const listener of this.#listeners) {
      try {
        listener(data);
      } catch (error) {
        this.#warnOnce(error);
      }
    }
  }

  #warnOnce(error: unknown): void {
    if (this.#warned) {
      return;
    }
    this.#warned = true;
    process.emitWarning(`a listener of a governance event threw: ${String(error)}`, {
      code: 'THRIFT_LISTENER_FAILED',
    });
  }
}
