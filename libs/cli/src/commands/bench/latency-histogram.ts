import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

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

/** How many calls took no longer than `upToMs`, and longer than the bucket before. */
export interface Bucket {
  readonly upToMs: number;
  readonly count: number;
}

/** A point of the percentile curve: this share of the calls took no longer than `ms`. */
export interface PercentilePoint {
  readonly percentile: number;
  readonly ms: number;
}

const MAX_BUCKETS = 15;
/** Limits of buckets in a decade, from coarse to fine; each is a number of two digits. */
const SERIES: readonly (readonly number[])[] = [
  [10],
  [10, 30],
  [10, 20, 50],
  [10, 15, 20, 30, 50, 70],
  [10, 12, 15, 20, 25, 30, 40, 50, 60, 80],
  Array.from({ length: 18 }, (_, index) => 10 + index * 5),
  Array.from({ length: 90 }, (_, index) => 10 + index),
];

/** Microseconds to milliseconds, three digits after the point. */
function toMs(micros: number): number {
  return Math.round(micros) / 1000;
}

/** Records latencies to three significant digits. */
export class LatencyHistogram {
  readonly #values: RecordableHistogram = createHistogram();
  /** Counts by latency in microseconds, rounded up to two significant digits. */
  readonly #counts = new Map<number, number>();
  /** Exact, in microseconds; the histogram rounds up. */
  #maxMicros = 0;

  get count(): number {
    return this.#values.count;
  }

  record(latencyMs: number): void {
    const micros = Math.max(1, Math.round(latencyMs * 1000));
    this.#values.record(micros);
    this.#maxMicros = Math.max(this.#maxMicros, micros);
    const rounded = twoDigits(micros);
    this.#counts.set(rounded, (this.#counts.get(rounded) ?? 0) + 1);
  }

  /** In milliseconds; 0 without values. */
  percentile(percent: number): number {
    return this.count === 0 ? 0 : toMs(Math.min(this.#values.percentile(percent), this.#maxMicros));
  }

  /** Zeros without values. */
  latency(): Latency {
    const { count } = this;
    return {
      min: count === 0 ? 0 : toMs(this.#values.min),
      mean: count === 0 ? 0 : toMs(this.#values.mean),
      p50: this.percentile(50),
      p75: this.percentile(75),
      p90: this.percentile(90),
      p95: this.percentile(95),
      p99: this.percentile(99),
      p999: this.percentile(99.9),
      max: toMs(this.#maxMicros),
    };
  }

  /** Points of the curve that halve the distance to 100 % in five steps each, up to the share of a single call. */
  curve(): PercentilePoint[] {
    const points: PercentilePoint[] = [];
    for (let left = 100; left * this.count >= 100; left /= 2) {
      for (let step = 0; step < 5; step += 1) {
        const percentile = 100 - left * (1 - step / 10);
        points.push({
          percentile: round(percentile),
          ms: this.percentile(Math.max(percentile, 1e-6)),
        });
      }
    }
    return this.count === 0 ? [] : [...points, { percentile: 100, ms: this.latency().max }];
  }

  /** At most 15 buckets with round limits, from the fastest call to the slowest one. */
  buckets(): Bucket[] {
    const values = [...this.#counts].sort(([left], [right]) => left - right);
    const [first] = values;
    const last = values.at(-1);
    if (first === undefined || last === undefined) {
      return [];
    }
    const limits = limitsBetween(first[0], last[0]);
    const counts = limits.map(() => 0);
    let index = 0;
    for (const [micros, count] of values) {
      while (limits[index]! < micros) {
        index += 1;
      }
      counts[index]! += count;
    }
    return limits.map((limit, place) => ({ upToMs: limit / 1000, count: counts[place]! }));
  }
}

/** The finest limits of which at most {@link MAX_BUCKETS} cover both latencies. */
function limitsBetween(first: number, last: number): number[] {
  let found: number[] = [last];
  for (const series of SERIES) {
    const limits = limitsOf(series, first, last);
    if (limits.length > MAX_BUCKETS) {
      break;
    }
    found = limits;
  }
  return found;
}

/** From the limit that holds `first` to the one that holds `last`. */
function limitsOf(series: readonly number[], first: number, last: number): number[] {
  const limits: number[] = [];
  for (let decade = 0.1; limits.length <= MAX_BUCKETS; decade *= 10) {
    for (const step of series) {
      const limit = Math.round(step * decade);
      if (limit < first || limit === limits.at(-1)) {
        continue;
      }
      limits.push(limit);
      if (limit >= last) {
        return limits;
      }
    }
  }
  return limits;
}

function twoDigits(micros: number): number {
  if (micros < 100) {
    return micros;
  }
  const step = 10 ** (Math.floor(Math.log10(micros)) - 1);
  return Math.ceil(micros / step) * step;
}

function round(percentile: number): number {
  return Math.round(percentile * 1e6) / 1e6;
}
