import type { SocketWriter } from './socket-writer.js';

/** Finds out whether a peer takes the bytes that it is sent. */
export class WriteProgress {
  readonly #writer: SocketWriter;
  readonly #limitMs: number;
  /** Bytes taken when the peer was last seen to take any. */
  #takenBytes = 0;
  /** When that was; `Infinity` while nothing waits to be sent. */
  #since = Infinity;

  /** @param limitMs longest time in which the peer may take no byte, in milliseconds; 0 for no limit. */
  constructor(writer: SocketWriter, limitMs: number) {
    this.#writer = writer;
    this.#limitMs = limitMs;
  }

  /** When the peer has stalled if it takes nothing until then; a time that has passed if it has. */
  stalledAt(now: number): number {
    const { takenBytes, unsentBytes } = this.#writer;
    if (unsentBytes === 0 || this.#limitMs === 0) {
      this.#since = Infinity;
    } else if (this.#since === Infinity || takenBytes !== this.#takenBytes) {
      this.#takenBytes = takenBytes;
      this.#since = now;
    }
    return this.#since + this.#limitMs;
  }
}
