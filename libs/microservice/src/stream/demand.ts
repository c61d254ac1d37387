import { AsyncLocalStorage } from 'node:async_hooks';

/** Whether the consumer of a stream requests the next message. */
export class Demand {
  #isOpen = false;
  #waiting: (() => void)[] = [];

  /** The consumer requests a message. */
  ask(): void {
    this.#isOpen = true;
    for (const go of this.#waiting.splice(0)) {
      go();
    }
  }

  /** The consumer has a message. */
  satisfy(): void {
    this.#isOpen = false;
  }

  /** Resolves when a message is wanted. */
  async asked(): Promise<void> {
    while (!this.#isOpen) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

/** The demand of the stream whose handler is called. */
export const demands = new AsyncLocalStorage<Demand>();
