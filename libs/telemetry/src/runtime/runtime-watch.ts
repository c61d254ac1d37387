import { Logger } from '@nestjs/common';
import {
  CallbackReport,
  milliseconds,
  number,
  type OptionsOf,
  resolveOptions,
} from '@nestjs-thrift/transport/internal';
import { HeapTrend } from './heap-trend.js';
import { NodeProbes, type RuntimeProbes } from './runtime-probes.js';

/** What a process is warned of. */
export type RuntimeWarningKind = 'event_loop_lag' | 'heap_growth';

/** Something that makes a process slow or ends it, seen early. */
export interface RuntimeWarning {
  readonly kind: RuntimeWarningKind;
  /** With figures, and where to look. */
  readonly message: string;
}

const MIN_WINDOW_MS = 60_000;

/** Options of the warnings of a process. */
export const RUNTIME_WATCH_OPTIONS = {
  /** Delay of the event loop that 1 of 100 ticks exceeded within ten seconds, in milliseconds; 0 for no warning. */
  maxEventLoopLagMs: milliseconds({ default: 200 }),
  /**
   * How much the heap that is left after full collections may grow within the window, in MiB, if it does so steadily; 0 for no
   * warning.
   */
  maxHeapGrowthMiB: number({ min: 0, default: 64 }),
  /** The window, in milliseconds. */
  heapWindowMs: milliseconds({ min: MIN_WINDOW_MS, default: 600_000 }),
  /** Time between two warnings of one kind, in milliseconds. */
  quietMs: milliseconds({ default: 600_000 }),
};

/** What is worth a warning. */
export interface RuntimeWatchOptions extends OptionsOf<typeof RUNTIME_WATCH_OPTIONS> {}

/** Warns, and how what it measures is measured. */
export interface RuntimeWatchContext {
  /** Called with every warning, those that are not logged too. What it throws is reported and changes nothing. */
  readonly onWarning?: (warning: RuntimeWarning) => void;
  readonly logger?: Pick<Logger, 'warn'>;
  /** Default: this process. */
  readonly probes?: (collected: (heapBytes: number) => void) => RuntimeProbes;
}

const CHECK_MS = 10_000;
const MIB = 1024 * 1024;

/** Watches the process for a late event loop and for a heap that grows, and logs a warning at a limited rate. */
export class RuntimeWatch {
  readonly #context: RuntimeWatchContext;

  readonly #maxLagMs: number;
  readonly #maxGrowthBytes: number;
  readonly #quietMs: number;
  readonly #trend: HeapTrend;
  readonly #logger: Pick<Logger, 'warn'>;
  readonly #probes: RuntimeProbes;
  readonly #timer: NodeJS.Timeout;
  readonly #report = new CallbackReport('onWarning of the runtime watch');
  readonly #logReport = new CallbackReport('the logger of the runtime watch');
  readonly #loggedAt = new Map<RuntimeWarningKind, number>();

  /** Begins to watch. @throws TypeError that names each wrong option. */
  constructor(options: RuntimeWatchOptions = {}, context: RuntimeWatchContext = {}) {
    this.#context = context;

    const { maxEventLoopLagMs, maxHeapGrowthMiB, heapWindowMs, quietMs } = resolveOptions(
      'warnings',
      RUNTIME_WATCH_OPTIONS,
      options,
    );
    this.#maxLagMs = maxEventLoopLagMs;
    this.#maxGrowthBytes = maxHeapGrowthMiB * MIB;
    this.#quietMs = quietMs;
    this.#trend = new HeapTrend(heapWindowMs);
    const { logger, probes = (collected) => new NodeProbes(collected) } = context;
    this.#logger = logger ?? new Logger('ThriftRuntime');
    this.#probes = probes((heapBytes) => this.#collected(heapBytes));
    this.#timer = setInterval(() => this.#checkLag(), CHECK_MS).unref();
  }

  /** Ends watching. */
  close(): void {
    clearInterval(this.#timer);
    this.#probes.close();
  }

  #checkLag(): void {
    const lagMs = this.#probes.takeLagMs();
    if (this.#maxLagMs === 0 || lagMs <= this.#maxLagMs) {
      return;
    }
    this.#warn(
      'event_loop_lag',
      // log warn: Synchronous work delays all calls. Profile the process.
      `the event loop is late: ${lagMs} ms in 1 of 100 ticks of the last ${CHECK_MS / 1000} s, more than ${this.#maxLagMs} ms; all calls wait for it. Look for synchronous work with node --cpu-prof`,
    );
  }

  #collected(heapBytes: number): void {
    this.#trend.add(performance.now(), heapBytes);
    const growth = this.#trend.steadyGrowth();
    if (this.#maxGrowthBytes === 0 || growth === undefined) {
      return;
    }
    const { fromBytes, toBytes, overMs, collections } = growth;
    if (toBytes - fromBytes <= this.#maxGrowthBytes) {
      return;
    }
    this.#warn(
      'heap_growth',
      // log warn: Probably a memory leak. Compare heap snapshots.
      `the heap grows steadily: from ${mib(fromBytes)} to ${mib(toBytes)} MiB left after full collections, within ${Math.round(overMs / 1000)} s and ${collections} collections. Compare two heap snapshots (node --heapsnapshot-signal=SIGUSR2)`,
    );
  }

  #warn(kind: RuntimeWarningKind, message: string): void {
    this.#report.run(() => this.#context.onWarning?.({ kind, message }));
    const now = performance.now();
    const last = this.#loggedAt.get(kind);
    if (last !== undefined && now - last < this.#quietMs) {
      return;
    }
    this.#loggedAt.set(kind, now);
    // It is called by a timer and by the garbage collector: an error would end the process.
    this.#logReport.run(() => this.#logger.warn(message));
  }
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(1);
}
