/** How the heap grew. */
export interface HeapGrowth {
  readonly fromBytes: number;
  readonly toBytes: number;
  /** Time from the first to the last collection looked at, in milliseconds; exact to a thirtieth of the window. */
  readonly overMs: number;
  readonly collections: number;
}

/** What was seen in a short while. */
interface Slot {
  readonly startMs: number;
  lowestBytes: number;
  collections: number;
}

/** Memory is bounded by the slots, however often a process collects. */
const SLOTS = 30;
/** The window is looked at in this many parts, each of which must be above the one before. */
const PARTS = 3;
const MIN_SLOTS_PER_PART = 2;

/**
 * What is left of the heap after each full collection. That alone tells a leak: between collections a heap grows until the
 * next one, and after one large request it may stay large for a while.
 */
export class HeapTrend {
  readonly #windowMs: number;
  #slots: Slot[] = [];

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  add(atMs: number, bytes: number): void {
    const slotMs = this.#windowMs / SLOTS;
    const startMs = Math.floor(atMs / slotMs) * slotMs;
    const last = this.#slots.at(-1);
    if (last?.startMs === startMs) {
      last.lowestBytes = Math.min(last.lowestBytes, bytes);
      last.collections += 1;
      return;
    }
    this.#slots = this.#slots.filter((slot) => slot.startMs > atMs - this.#windowMs);
    this.#slots.push({ startMs, lowestBytes: bytes, collections: 1 });
  }

  /**
   * How much the heap grew if it did so steadily: over at least half of the window, and with its lowest point in each third
   * above that of the third before. `undefined` otherwise.
   */
  steadyGrowth(): HeapGrowth | undefined {
    const windowMs = this.#windowMs;
    const slots = this.#slots;
    if (slots.length < PARTS * MIN_SLOTS_PER_PART) {
      return undefined;
    }
    const { startMs } = slots[0]!;
    const overMs = slots.at(-1)!.startMs - startMs;
    if (overMs < windowMs / 2) {
      return undefined;
    }
    const lowest = lowestOfParts(slots, startMs, overMs / PARTS);
    // A part without a collection has no lowest point.
    const isRising = lowest.every(
      (bytes, part) => bytes !== Infinity && (part === 0 || bytes > lowest[part - 1]!),
    );
    if (!isRising) {
      return undefined;
    }
    const collections = slots.reduce((sum, slot) => sum + slot.collections, 0);
    return { fromBytes: lowest[0]!, toBytes: lowest.at(-1)!, overMs, collections };
  }
}

function lowestOfParts(slots: readonly Slot[], startMs: number, partMs: number): number[] {
  const lowest = Array.from({ length: PARTS }, () => Infinity);
  for (const slot of slots) {
    const part = Math.min(PARTS - 1, Math.floor((slot.startMs - startMs) / partMs));
    lowest[part] = Math.min(lowest[part]!, slot.lowestBytes);
  }
  return lowest;
}
