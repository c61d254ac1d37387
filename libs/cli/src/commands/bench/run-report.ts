import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { VERSION } from '../../terminal/terminal.js';
import { checkAssertions, type AssertionResult } from './assertions.js';
import type { BenchCommandOptions } from './bench-options.js';
import type { Comparison } from './compare-runs.js';
import type { Summary } from './measurements.js';

/** A run with all that is needed to repeat and to judge it: what `--json` prints and the reports show. */
export interface RunReport extends Summary {
  readonly target: { readonly address: string; readonly method: string };
  /** ISO 8601. */
  readonly startedAt: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** The beginning of the payload as it was given. */
  readonly payload: string;
  readonly host: {
    readonly platform: string;
    readonly cpu: string;
    readonly cores: number;
    readonly memoryBytes: number;
  };
  readonly versions: { readonly 'nestjs-thrift': string; readonly node: string };
  readonly assertions: readonly AssertionResult[];
  readonly comparison?: Comparison;
}

const MAX_PAYLOAD = 1000;

/** Joins what was measured with what was asked for. */
export function runReport(
  summary: Summary,
  run: Pick<RunReport, 'target' | 'startedAt'> & { readonly payload: string },
  options: BenchCommandOptions,
): RunReport {
  const { target, startedAt, payload } = run;
  return {
    target,
    startedAt,
    ...summary,
    assertions: checkAssertions(options.assert, summary),
    options: shownOptions(options),
    payload: payload.length > MAX_PAYLOAD ? `${payload.slice(0, MAX_PAYLOAD)}…` : payload,
    host: {
      platform: `${platform()} ${release()} ${arch()}`,
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: availableParallelism(),
      memoryBytes: totalmem(),
    },
    versions: { 'nestjs-thrift': VERSION, node: process.version },
  };
}

/** The options that shape the load and the connection; of metadata the keys, because values may be secrets. */
function shownOptions(options: BenchCommandOptions): Record<string, unknown> {
  const { transport, protocol, concurrency, warmup, mux, connections = concurrency } = options;
  const { rate, stages, requests, duration, timeout, connectTimeout, metadata, persistent } =
    options;
  return {
    transport,
    protocol,
    concurrency,
    ...(mux ? { mux: true } : { connections }),
    ...(rate === undefined ? {} : { ratePerSecond: rate }),
    ...(stages === undefined ? {} : { stages }),
    ...(stages === undefined && duration === undefined ? { requests } : {}),
    ...(duration === undefined ? {} : { durationMs: duration }),
    warmup,
    timeoutMs: timeout,
    connectTimeoutMs: connectTimeout,
    tls: Boolean(options.tls ?? options.ca ?? options.cert ?? options.insecure),
    metadata: Object.keys(metadata),
    persistent: Object.keys(persistent),
  };
}
