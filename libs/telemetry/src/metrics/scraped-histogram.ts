import type { MetricValueWithName } from 'prom-client';
import type { OwnMetric } from './metric-factory.js';

type Labels = Readonly<Record<string, string>>;

/** Values of one series of a histogram in plain numbers: to find the series of labels costs more than to count. */
export class BucketCounts {
  readonly #bounds: readonly number[];
  /** Values by the first bound they kept, those beyond all bounds last. */
  readonly #byBound: number[];
  #sum = 0;

  /** @param bounds upper bounds of the buckets, ascending. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#byBound = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  /** Number of values; counted here, because it is needed at a scrape alone. */
  get count(): number {
    return this.#byBound.reduce((sum, count) => sum + count, 0);
  }

  add(value: number): void {
    const bounds = this.#bounds;
    let index = 0;
    while (index < bounds.length && value > bounds[index]!) {
      index += 1;
    }
    this.#byBound[index]! += 1;
    this.#sum += value;
  }

  /** What a registry writes out: a value per bucket, the sum and the count. */
  valuesOf(name: string, labels: Labels): MetricValueWithName<string>[] {
    let count = 0;
    const buckets = this.#byBound.map((values, index) => {
      count += values;
      const le = this.#bounds[index] ?? '+Inf';
      return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.#sum },
      { metricName: `${name}_count`, labels, value: count },
    ];
  }
}

/** One series of a histogram. */
export interface HistogramSeries {
  readonly labels: Labels;
  readonly counts: BucketCounts;
}

/** What a histogram is read from. */
export interface HistogramSource {
  series(): readonly HistogramSeries[];
  reset(): void;
}

/** A histogram of a registry that is read from {@link BucketCounts} at a scrape. */
export class ScrapedHistogram implements OwnMetric {
  readonly #source: HistogramSource;

  readonly type = 'histogram';
  readonly aggregator = 'sum';

  constructor(
    readonly name: string,
    readonly help: string,
    readonly labelNames: readonly string[],
    source: HistogramSource,
  ) {
    this.#source = source;
  }

  async get(): Promise<object> {
    const { name, help, type, aggregator } = this;
    // A histogram of nothing has no quantiles, and a dozen series per method.
    const filled = this.#source.series().filter(({ counts }) => counts.count > 0);
    const values = filled.flatMap(({ labels, counts }) => counts.valuesOf(name, labels));
    return { name, help, type, aggregator, values };
  }

  reset(): void {
    this.#source.reset();
  }
}
