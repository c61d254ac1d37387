/** How many calls took no longer than `upToMs`, and longer than the bucket before. */
export interface Bucket {
  readonly upToMs: number;
  readonly count: number;
}

const STEPS = [1, 2, 5];

/** Counts latencies in the steps 1, 2, 5, 10, 20, 50 … microseconds, which read well from fast to slow. */
export class LatencyBuckets {
  readonly #counts: number[] = [];

  add(micros: number): void {
    let index = 0;
    while (limitOf(index) < micros) {
      index += 1;
    }
    while (this.#counts.length <= index) {
      this.#counts.push(0);
    }
    this.#counts[index]! += 1;
  }

  /** From the first bucket that holds a call to the last one. */
  list(): Bucket[] {
    const first = this.#counts.findIndex((count) => count > 0);
    if (first < 0) {
      return [];
    }
    return this.#counts
      .map((count, index) => ({ upToMs: limitOf(index) / 1000, count }))
      .slice(first);
  }
}

function limitOf(index: number): number {
  return STEPS[index % 3]! * 10 ** Math.floor(index / 3);
}
