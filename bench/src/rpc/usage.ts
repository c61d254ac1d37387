import { GCProfiler, getHeapStatistics } from 'node:v8';
import { cpuNanoseconds } from '../statistics.js';
import type { Usage } from './messages.js';

/** Measures what this process spends between {@link UsageMeter.start} and {@link UsageMeter.stop}. */
export class UsageMeter {
  private profiler = new GCProfiler();
  private cpuNs = 0;
  private heapBytes = 0;

  start(): void {
    this.profiler = new GCProfiler();
    this.profiler.start();
    this.heapBytes = getHeapStatistics().used_heap_size;
    this.cpuNs = cpuNanoseconds();
  }

  stop(): Usage {
    const cpuNs = cpuNanoseconds() - this.cpuNs;
    const heapAtEnd = getHeapStatistics().used_heap_size;
    let allocatedBytes = 0;
    let heap = this.heapBytes;
    for (const { beforeGC, afterGC } of this.profiler.stop()?.statistics ?? []) {
      allocatedBytes += Math.max(0, beforeGC.heapStatistics.usedHeapSize - heap);
      heap = afterGC.heapStatistics.usedHeapSize;
    }
    allocatedBytes += Math.max(0, heapAtEnd - heap);
    return { cpuNs, allocatedBytes, residentBytes: process.memoryUsage.rss() };
  }
}
