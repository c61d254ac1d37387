import { setImmediate } from 'node:timers';
import type { SocketWriter } from '../wire/socket-writer.js';

const WOKEN_AT_ONCE = 16;

/** Lets the streams of a connection wait until its peer takes what was written. */
export class WriteGate {
  readonly #writer: SocketWriter;
  readonly #waiting = new Set<() => void>();

  constructor(writer: SocketWriter) {
    this.#writer = writer;
  }

  /** Whether the next message has to wait. */
  get saturated(): boolean {
    return this.#writer.saturated;
  }

  /** Resolves when a message may be written, or the signal aborts; `undefined` when one may at once. */
  wait(signal: AbortSignal): Promise<void> | undefined {
    if (!this.#writer.saturated || signal.aborted) {
      return undefined;
    }
    return new Promise((resolve) => {
      const go = (): void => {
        this.#waiting.delete(go);
        signal.removeEventListener('abort', go);
        resolve();
      };
      this.#waiting.add(go);
      signal.addEventListener('abort', go);
    });
  }

  /**
   * The peer has taken what was written, or nothing will be written any more. A few go at a time: all of them at once would write a message
   * each, whatever the peer takes.
   */
  open(): void {
    let woken = 0;
    for (const go of this.#waiting) {
      go();
      if (++woken === WOKEN_AT_ONCE) {
        setImmediate(() => this.#openAgain());
        return;
      }
    }
  }

  #openAgain(): void {
    if (!this.#writer.saturated) {
      this.open();
    }
  }
}
