import { setTimeout as sleep } from 'node:timers/promises';

const TEXT = 'the quick brown fox jumps over the lazy dog '.repeat(50);
const bytes = new Uint8Array(TEXT.length);

/** Slower than the best moment by more than this: another process uses the machine. */
const TOLERANCE = 1.2;
const PAUSE_MS = 100;
/** Longest wait before one measurement, and for all of a run. */
const MAX_WAIT_MS = 2000;
const MAX_TOTAL_WAIT_MS = 150_000;

/**
 * Milliseconds that a fixed piece of work takes now, about one in a quiet moment. It keeps all units of the processor
 * busy, as codecs do: loops that wait for their own results hardly notice a neighbour.
 */
export function probeSpeed(): number {
  const start = performance.now();
  let seen = 0;
  for (let round = 0; round < 250; round++) {
    for (let index = 0; index < TEXT.length; index++) {
      const unit = TEXT.charCodeAt(index);
      seen |= unit;
      bytes[index] = unit;
    }
  }
  if (seen === 0) {
    throw new Error('the probe was optimised away');
  }
  return performance.now() - start;
}

/**
 * Lets measurements wait until the machine is as fast as it has been. A neighbour on the same hardware halves its speed for
 * seconds, more for some kinds of code than for others, and so moves ratios too. Waiting is bounded: a machine that
 * is never quiet is measured as it is.
 */
export class QuietMoments {
  #best = Infinity;
  #waitedMs = 0;

  /** @param probe measures the speed where the work will be done, as {@link probeSpeed} does here. */
  async wait(probe: () => number | Promise<number>): Promise<void> {
    const start = performance.now();
    for (;;) {
      const speed = await probe();
      this.#best = Math.min(this.#best, speed);
      const waited = performance.now() - start;
      if (
        speed <= this.#best * TOLERANCE ||
        waited > MAX_WAIT_MS ||
        this.#waitedMs > MAX_TOTAL_WAIT_MS
      ) {
        this.#waitedMs += waited;
        return;
      }
      await sleep(PAUSE_MS);
    }
  }
}
