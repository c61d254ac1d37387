import { setImmediate } from 'node:timers';

/** Messages that a stream may send before other work of the process gets its turn. */
const MESSAGES_PER_TURN = 128;

/** Makes a sender of many messages give way: a source that is always ready would otherwise keep the event loop for itself. */
export class FairTurns {
  #messages = 0;

  /** Called for each message; resolves in a later turn of the event loop when it is time, else `undefined`. */
  next(): Promise<void> | undefined {
    if (++this.#messages < MESSAGES_PER_TURN) {
      return undefined;
    }
    this.#messages = 0;
    return new Promise((resolve) => setImmediate(resolve));
  }
}
