import {
  constants,
  type IntervalHistogram,
  monitorEventLoopDelay,
  type PerformanceEntry,
  PerformanceObserver,
} from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/** What can be read of a running Node.js. */
export interface RuntimeProbes {
  /** Delay of the event loop that 99 of 100 ticks kept since the last time, in milliseconds. */
  takeLagMs(): number;
  close(): void;
}

/** What Node says of a collection. */
interface CollectionEntry extends PerformanceEntry {
  readonly detail?: { readonly kind?: number };
}

const RESOLUTION_MS = 10;
const NANOSECONDS_PER_MS = 1e6;

/** Measures this process. `collected` receives the bytes left on the heap after each full collection. */
export class NodeProbes implements RuntimeProbes {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #collections: PerformanceObserver;

  constructor(collected: (heapBytes: number) => void) {
    this.#delay.enable();
    this.#collections = new PerformanceObserver((list) => {
      const wasFull = (list.getEntries() as CollectionEntry[]).some(
        ({ detail }) => detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR,
      );
      if (wasFull) {
        collected(getHeapStatistics().used_heap_size);
      }
    });
    this.#collections.observe({ entryTypes: ['gc'] });
  }

  takeLagMs(): number {
    // The histogram measures the time between two ticks; what is above its own interval is delay. Nothing measured is 0.
    const lagMs = this.#delay.percentile(99) / NANOSECONDS_PER_MS - RESOLUTION_MS;
    this.#delay.reset();
    return Math.max(0, Math.round(lagMs));
  }

  close(): void {
    this.#delay.disable();
    this.#collections.disconnect();
  }
}
