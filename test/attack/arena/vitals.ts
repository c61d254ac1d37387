// Runs in the process that is attacked.
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

const TICK_MS = 10;
const MICROSECONDS_PER_MS = 1e3;
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
  /**
   * Longest time for which the event loop did not turn, in milliseconds; of it at most the processor time that the process
   * had, since a machine that runs other work too stalls every process.
   */
  readonly stallMs: number;
  /** Warnings of the process, such as that of a listener leak. */
  readonly warnings: readonly string[];
}

let ticking: NodeJS.Timeout | undefined;
let stallMs = 0;
const warnings: string[] = [];
process.on('warning', (warning: Error & { readonly code?: string }) => {
  // That a function of a user threw is for the attack to judge that lets it throw.
  if (warning.code !== 'THRIFT_CALLBACK_FAILED') {
    warnings.push(`${warning.name}: ${warning.message}`);
  }
});

/** Collects garbage, then counts. */
export async function vitals(): Promise<Vitals> {
  globalThis.gc?.();
  // Finalizers run in a turn of their own.
  await turn();
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
  stallMs = 0;
  clearInterval(ticking);
  let tickedAt = performance.now();
  let usage = process.cpuUsage();
  ticking = setInterval(() => {
    const now = performance.now();
    const { user, system } = process.cpuUsage(usage);
    const busyMs = (user + system) / MICROSECONDS_PER_MS;
    stallMs = Math.max(stallMs, Math.min(now - tickedAt, busyMs) - TICK_MS);
    tickedAt = now;
    usage = process.cpuUsage();
  }, TICK_MS).unref();
}

/** Ends the watch. */
export async function strain(): Promise<Strain> {
  // The last stall may have ended in this turn.
  await sleep(2 * TICK_MS);
  clearInterval(ticking);
  return { stallMs, warnings: [...warnings] };
}
