import type { CallTotals } from './call-totals.js';
import { histogramSeries } from './histogram-series.js';

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
    const { bounds } = this.#totals;
    const values = called.flatMap(({ labels, seconds: sum, byBound }) =>
      histogramSeries(this.name, bounds, labels, { byBound, sum }),
    );
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values };
  }

  reset(): void {
    this.#totals.reset();
  }
}
