import { errorText } from '@nestjs-thrift/transport/internal';

/** Something that is away fails again and again; one line a minute says enough. */
const QUIET_MS = 60_000;

/** Logs that something failed: the first time at once, later at most once a minute with the number of failures in between. */
export class QuietLog {
  readonly #log: (message: string) => void;
  #quietUntil = -Infinity;
  #unlogged = 0;

  constructor(log: (message: string) => void) {
    this.#log = log;
  }

  /** @param what the event, in past tense, and what follows from it. */
  failed(what: string, error: unknown): void {
    const now = performance.now();
    if (now < this.#quietUntil) {
      this.#unlogged += 1;
      return;
    }
    const more = this.#unlogged === 0 ? '' : ` (${this.#unlogged} more since the last line)`;
    this.#quietUntil = now + QUIET_MS;
    this.#unlogged = 0;
    this.#log(`${what}${more}: ${errorText(error)}`);
  }
}
