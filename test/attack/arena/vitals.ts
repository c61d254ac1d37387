// Runs in the process that is attacked.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';

const RESOLUTION_MS = 10;
const NANOSECONDS_PER_MS = 1e6;
const MEBIBYTE = 1024 * 1024;

/** What a process holds at rest. */
export interface Vitals {
  /** Heap and buffers after a garbage collection, in MiB. */
  readonly heldMb: number;
  /** Handles and timers that keep the process alive, by kind. */
  readonly resources: Readonly<Record<string, number>>;
}

/** What happened to a process since {@link watch}. */
export interface Strain {
  /** Longest time for which the event loop did not turn, in milliseconds. */
  readonly stallMs: number;
  /** Warnings of Node.js, such as those of a listener leak. */
  readonly warnings: readonly string[];
}

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
const warnings: string[] = [];
process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`));

/** Collects garbage, then counts. */
export async function vitals(): Promise<Vitals> {
  // A second collection frees what finalizers of the first one have released.
  for (let round = 0; round < 2; round++) {
    globalThis.gc?.();
    await turn();
  }
  const { heapUsed, external } = process.memoryUsage();
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) {
    resources[kind] = (resources[kind] ?? 0) + 1;
  }
  return { heldMb: (heapUsed + external) / MEBIBYTE, resources };
}

/** Starts to watch the event loop and the warnings. */
export function watch(): void {
  warnings.length = 0;
  delay.enable();
  delay.reset();
}

/** Ends the watch. */
export function strain(): Strain {
  delay.disable();
  return {
    stallMs: Math.max(0, delay.max / NANOSECONDS_PER_MS - RESOLUTION_MS),
    warnings: [...warnings],
  };
}
