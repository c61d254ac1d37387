import { Emitter, type Subscribe } from './emitter.js';

/** Events kept at most until a listener is added. */
const MAX_KEPT = 100;

/** Events of a start: those that come before anybody can listen go to the first listener. */
export class UnheardEvents<T> {
  readonly #emitter = new Emitter<T>();
  readonly #kept: T[] = [];

  readonly event: Subscribe<T> = (listener) => {
    const subscription = this.#emitter.event(listener);
    for (const event of this.#kept.splice(0)) {
      this.#emitter.emit(event);
    }
    return subscription;
  };

  emit(event: T): void {
    if (this.#emitter.hasListeners) {
      this.#emitter.emit(event);
    } else if (this.#kept.length < MAX_KEPT) {
      this.#kept.push(event);
    }
  }
}
