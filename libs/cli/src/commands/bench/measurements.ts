import { ThriftException, ThriftRpcError } from '@nestjs-thrift/codec';
import { BizStatusError } from '@nestjs-thrift/transport';
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { LatencyBuckets, type Bucket } from './latency-buckets.js';

/** The name errors are counted by. @throws what is no failure of a call. */
export function failureClass(error: unknown): string {
  if (error instanceof BizStatusError) {
    return `business status ${error.statusCode}`;
  }
  if (error instanceof ThriftException) {
    return error.name;
  }
  if (error instanceof ThriftRpcError) {
    return error.code;
  }
  throw error;
}

/** Latencies in milliseconds. */
export interface Latency {
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What a run has measured. */
export interface Summary {
  readonly seconds: number;
  readonly calls: number;
  readonly success: number;
  readonly errors: Readonly<Record<string, number>>;
  /** Code and text of the first error, which most often explains the others. */
  readonly firstError?: string;
  /** Calls that ended per second, successful or not. */
  readonly throughput: number;
  readonly latencyMs: Latency;
  readonly histogram: readonly Bucket[];
  /** Calls that ended in each second of the run. */
  readonly perSecond: readonly number[];
}

/** Counts calls as they end; latency is that of every call, also of those that fail. */
export class Measurements {
  readonly #latency: RecordableHistogram = createHistogram();
  readonly #buckets = new LatencyBuckets();
  readonly #errors = new Map<string, number>();
  readonly #perSecond: number[] = [];
  #success = 0;

  get calls(): number {
    return this.#latency.count;
  }

  /** @param failure class of the error, `undefined` for a result; `sinceStartMs` is when the call ended */
  add(latencyMs: number, sinceStartMs: number, failure: string | undefined): void {
    const micros = Math.max(1, Math.round(latencyMs * 1000));
    this.#latency.record(micros);
    this.#buckets.add(micros);
    const second = Math.floor(sinceStartMs / 1000);
    while (this.#perSecond.length <= second) {
      this.#perSecond.push(0);
    }
    this.#perSecond[second]! += 1;
    if (failure === undefined) {
      this.#success += 1;
    } else {
      this.#errors.set(failure, (this.#errors.get(failure) ?? 0) + 1);
    }
  }

  summary(elapsedMs: number): Summary {
    const { calls } = this;
    const success = this.#success;
    const seconds = elapsedMs / 1000;
    return {
      seconds,
      calls,
      success,
      errors: Object.fromEntries([...this.#errors].sort(([, left], [, right]) => right - left)),
      throughput: seconds > 0 ? calls / seconds : 0,
      latencyMs: this.#latencyMs(),
      histogram: this.#buckets.list(),
      perSecond: this.#perSecond,
    };
  }

  #latencyMs(): Latency {
    const latency = this.#latency;
    const at = (percent: number) => (this.calls === 0 ? 0 : latency.percentile(percent) / 1000);
    return {
      min: this.calls === 0 ? 0 : latency.min / 1000,
      mean: this.calls === 0 ? 0 : latency.mean / 1000,
      p50: at(50),
      p75: at(75),
      p90: at(90),
      p95: at(95),
      p99: at(99),
      p999: at(99.9),
      max: this.calls === 0 ? 0 : latency.max / 1000,
    };
  }
}
