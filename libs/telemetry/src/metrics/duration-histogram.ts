import type { MetricValueWithName } from 'prom-client';
import type { CallTotals, MethodTotals } from './call-totals.js';

/** Labels of a series of the histogram. */
type Labels = 'service' | 'method' | 'le';

/** Durations of {@link CallTotals} as a metric of a registry: computed at a scrape. */
export class DurationHistogram {
  readonly #totals: CallTotals;

  readonly type = 'histogram';
  readonly labelNames = ['service', 'method'] as const;
  readonly aggregator = 'sum';

  constructor(
    readonly name: string,
    readonly help: string,
    totals: CallTotals,
  ) {
    this.#totals = totals;
  }

  /** What a registry writes out. */
  async get(): Promise<object> {
    // A histogram of nothing has no quantiles, and a dozen series per method.
    const called = [...this.#totals.all()].filter((totals) => totals.successes + totals.errors > 0);
    const values = called.flatMap((totals) => this.#series(totals));
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values };
  }

  reset(): void {
    this.#totals.reset();
  }

  #series({ labels, seconds, byBound }: MethodTotals): MetricValueWithName<Labels>[] {
    const series: MetricValueWithName<Labels>[] = [];
    let count = 0;
    for (const [index, calls] of byBound.entries()) {
      count += calls;
      const le = this.#totals.bounds[index] ?? '+Inf';
      series.push({ metricName: `${this.name}_bucket`, labels: { ...labels, le }, value: count });
    }
    series.push({ metricName: `${this.name}_sum`, labels, value: seconds });
    series.push({ metricName: `${this.name}_count`, labels, value: count });
    return series;
  }
}
