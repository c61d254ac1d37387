import {
  Counter,
  type CounterConfiguration,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
  type Metric,
  type Registry,
} from 'prom-client';

/** What values beyond the bound are counted as. */
export const OTHER = 'other';

/**
 * Values of one label. Those that come first keep their own time series, all later ones share `other`: callers and
 * addresses come from outside, and every new one would cost memory here and in Prometheus for good.
 */
export class BoundedValues {
  readonly #max: number;

  readonly #known = new Set<string>();

  constructor(max: number) {
    this.#max = max;
  }

  /** The value itself, or `other` once the bound is reached. */
  admit(value: string): string {
    if (this.#known.has(value)) {
      return value;
    }
    if (this.#known.size >= this.#max) {
      return OTHER;
    }
    this.#known.add(value);
    return value;
  }
}

/** What a registry asks of a metric. */
export interface OwnMetric {
  readonly name: string;
  get(): Promise<unknown>;
  reset(): void;
}

/** Makes the metrics of one registry, all with the same prefix. */
export class MetricFactory {
  readonly #prefix: string;

  constructor(
    readonly registry: Registry,
    prefix: string,
  ) {
    this.#prefix = prefix;
  }

  counter<T extends string>(config: CounterConfiguration<T>): Counter<T> {
    return this.#once(config.name, (name) => new Counter(this.#placed(config, name)));
  }

  gauge<T extends string>(config: GaugeConfiguration<T>): Gauge<T> {
    return this.#once(config.name, (name) => new Gauge(this.#placed(config, name)));
  }

  histogram<T extends string>(config: HistogramConfiguration<T>): Histogram<T> {
    return this.#once(config.name, (name) => new Histogram(this.#placed(config, name)));
  }

  /** A metric that gives its values itself. */
  own(bareName: string, make: (name: string) => OwnMetric): void {
    this.#once(bareName, (name) => {
      const metric = make(name) as unknown as Metric;
      this.registry.registerMetric(metric);
      return metric;
    });
  }

  /** Two sets of metrics in one registry, as with two applications in one process, would be taken for one. */
  #once<M extends Metric>(bareName: string, make: (name: string) => M): M {
    const name = this.#prefix + bareName;
    if (this.registry.getSingleMetric(name) !== undefined) {
      throw new Error(
        `the registry has a metric ${name} already: make one ThriftMetrics per process, or give each its own "registry"`,
      );
    }
    return make(name);
  }

  #placed<C extends object>(config: C, name: string) {
    return { ...config, name, registers: [this.registry] };
  }
}
