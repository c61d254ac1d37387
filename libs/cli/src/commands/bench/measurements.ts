import { ThriftException, ThriftRpcError } from '@nestjs-thrift/codec';
import { BizStatusError } from '@nestjs-thrift/transport';
import { failureText } from '../../connection/failure-message.js';
import { printable } from '../../terminal/terminal.js';
import {
  LatencyHistogram,
  type Bucket,
  type Latency,
  type PercentilePoint,
} from './latency-histogram.js';

/** A call that failed. */
export interface Failure {
  /** Error code, name of the exception, or business status: what errors are counted by. */
  readonly name: string;
  /** The name and the text, on one line. */
  readonly message: string;
}

/** The failure that an error stands for. @throws what is not a failure of a call. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ThriftRpcError) {
    return { name: error.code, message: failureText(error) };
  }
  if (error instanceof BizStatusError) {
    return named(`business status ${error.statusCode}`, error);
  }
  if (error instanceof ThriftException) {
    return named(error.name, error);
  }
  throw error;
}

function named(name: string, { message }: Error): Failure {
  return { name, message: `${name}: ${printable(message)}` };
}

/** The failed calls of one class. */
export interface ErrorClass {
  readonly calls: number;
  readonly latencyMs: Pick<Latency, 'p50' | 'p99' | 'max'>;
  /** Code and text of the first one. */
  readonly firstError: string;
}

/** What happened in one second of a run. */
export interface SecondOfRun {
  /** From 0. */
  readonly second: number;
  readonly success: number;
  readonly errors: number;
  /** Of the successful calls that ended in this second; 0 without one. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** How much load was due, and how much was made. */
export interface LoadTotals {
  /** Calls that should have begun. */
  readonly due: number;
  readonly made: number;
  /** Calls that were due and never begun, because all callers were busy until the end. */
  readonly dropped: number;
}

/** What a run has measured. */
export interface Summary {
  /** Whether Ctrl-C or SIGTERM ended the run. */
  readonly interrupted: boolean;
  /** The period that the throughput is of. */
  readonly seconds: number;
  readonly load: LoadTotals;
  /** Calls that ended. */
  readonly calls: number;
  readonly success: number;
  readonly errors: Readonly<Record<string, ErrorClass>>;
  /** Successful calls per second of the period. */
  readonly throughput: number;
  /** Of successful calls. */
  readonly latencyMs: Latency;
  readonly histogram: readonly Bucket[];
  readonly percentiles: readonly PercentilePoint[];
  readonly perSecond: readonly SecondOfRun[];
}

/** How a run ended. */
export interface RunEnd {
  readonly interrupted: boolean;
  readonly periodMs: number;
  readonly load: Pick<LoadTotals, 'due' | 'made'>;
}

/** Classes beyond this many, as of business statuses with codes of their own, are counted together. */
const MAX_CLASSES = 50;
const OTHER_CLASSES = 'other errors';

/** Counts calls as they end. Latency is that of successful calls; failures have their own, by class. */
export class Measurements {
  readonly #periodMs: number;
  readonly #latency = new LatencyHistogram();
  readonly #errors = new Map<
    string,
    { readonly first: string; readonly latency: LatencyHistogram }
  >();
  readonly #seconds: SecondOfRun[] = [];
  #current = { second: 0, errors: 0, latency: new LatencyHistogram() };
  #failed = 0;
  #inPeriod = 0;

  /** @param periodMs calls that end later do not count into the throughput */
  constructor(periodMs = Infinity) {
    this.#periodMs = periodMs;
  }

  get calls(): number {
    return this.success + this.#failed;
  }

  get success(): number {
    return this.#latency.count;
  }

  get failed(): number {
    return this.#failed;
  }

  /** Failed calls by class, the most frequent class first. */
  get errorCounts(): [string, number][] {
    return Array.from(this.#errors, ([name, { latency }]): [string, number] => [
      name,
      latency.count,
    ]).sort(([, left], [, right]) => right - left);
  }

  /** The seconds that are over. */
  get perSecond(): readonly SecondOfRun[] {
    return this.#seconds;
  }

  /** @param sinceStartMs when the call ended; `failure` is `undefined` for a result */
  add(latencyMs: number, sinceStartMs: number, failure: Failure | undefined): void {
    this.#goTo(Math.floor(sinceStartMs / 1000));
    if (failure !== undefined) {
      this.#failed += 1;
      this.#current.errors += 1;
      this.#errorsOf(failure).record(latencyMs);
      return;
    }
    this.#latency.record(latencyMs);
    this.#current.latency.record(latencyMs);
    if (sinceStartMs <= this.#periodMs) {
      this.#inPeriod += 1;
    }
  }

  /** Closes the seconds before this one. Calls end in the order of time. */
  #goTo(second: number): void {
    while (this.#current.second < second) {
      this.#seconds.push(this.#closed());
      this.#current = {
        second: this.#current.second + 1,
        errors: 0,
        latency: new LatencyHistogram(),
      };
    }
  }

  #closed(): SecondOfRun {
    const { second, errors, latency } = this.#current;
    const [p50Ms, p99Ms] = [latency.percentile(50), latency.percentile(99)];
    return { second, success: latency.count, errors, p50Ms, p99Ms };
  }

  #errorsOf({ name, message }: Failure): LatencyHistogram {
    const known = this.#errors.has(name) || this.#errors.size < MAX_CLASSES;
    const key = known ? name : OTHER_CLASSES;
    let found = this.#errors.get(key);
    if (found === undefined) {
      found = { first: message, latency: new LatencyHistogram() };
      this.#errors.set(key, found);
    }
    return found.latency;
  }

  summary({ interrupted, periodMs, load }: RunEnd): Summary {
    const seconds = periodMs / 1000;
    const errors = this.errorCounts.map(([name]) => [name, this.#errorClass(name)] as const);
    return {
      interrupted,
      seconds: rounded(seconds),
      load: { ...load, dropped: Math.max(0, load.due - load.made) },
      calls: this.calls,
      success: this.success,
      errors: Object.fromEntries(errors),
      throughput: seconds > 0 ? rounded(this.#inPeriod / seconds) : 0,
      latencyMs: this.#latency.latency(),
      histogram: this.#latency.buckets(),
      percentiles: this.#latency.curve(),
      perSecond: this.calls === 0 ? [] : [...this.#seconds, this.#closed()],
    };
  }

  /** Latency so far, for those who watch. */
  percentile(percent: number): number {
    return this.#latency.percentile(percent);
  }

  #errorClass(name: string): ErrorClass {
    const { first, latency } = this.#errors.get(name)!;
    const { p50, p99, max } = latency.latency();
    return { calls: latency.count, latencyMs: { p50, p99, max }, firstError: first };
  }
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
