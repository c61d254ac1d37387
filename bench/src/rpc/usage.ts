import { GCProfiler, getHeapStatistics } from 'node:v8';
import { cpuNanoseconds } from '../statistics.js';
import type { Request, Usage } from './messages.js';

type Measured = Extract<Request, { type: 'start-measuring' }>['what'];

/** Measures what this process spends between {@link UsageMeter.start} and {@link UsageMeter.stop}. */
export class UsageMeter {
  #profiler: GCProfiler | undefined;
  #cpuNs = 0;
  #heapBytes = 0;

  /** The profiler writes a report at every collection, which costs up to a twentieth of a call. */
  start(what: Measured): void {
    this.#profiler = what === 'allocations' ? new GCProfiler() : undefined;
    this.#profiler?.start();
    this.#heapBytes = getHeapStatistics().used_heap_size;
    this.#cpuNs = cpuNanoseconds();
  }

  stop(): Usage {
    const cpuNs = cpuNanoseconds() - this.#cpuNs;
    const allocatedBytes = this.#allocated();
    return { cpuNs, allocatedBytes, residentBytes: process.memoryUsage.rss() };
  }

  #allocated(): number {
    if (this.#profiler === undefined) {
      return 0;
    }
    const heapAtEnd = getHeapStatistics().used_heap_size;
    let allocatedBytes = 0;
    let heap = this.#heapBytes;
    for (const { beforeGC, afterGC } of this.#profiler.stop()?.statistics ?? []) {
      allocatedBytes += Math.max(0, beforeGC.heapStatistics.usedHeapSize - heap);
      heap = afterGC.heapStatistics.usedHeapSize;
    }
    return allocatedBytes + Math.max(0, heapAtEnd - heap);
  }
}
