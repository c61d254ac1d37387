import type { MetricValueWithName } from 'prom-client';

/** Values of one series of a histogram in plain numbers: to find the series of labels costs more than to count. */
export class BucketCounts {
  readonly #bounds: readonly number[];
  /** Values by the first bound they kept, those beyond all bounds last. */
  readonly byBound: number[];
  sum = 0;

  /** @param bounds upper bounds of the buckets, ascending. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.byBound = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  add(value: number): void {
    const bounds = this.#bounds;
    let index = 0;
    while (index < bounds.length && value > bounds[index]!) {
      index += 1;
    }
    this.byBound[index]! += 1;
    this.sum += value;
  }
}

/** One series as a registry writes it out: a line per bucket, the sum and the count. */
export function histogramSeries<Label extends string>(
  name: string,
  bounds: readonly number[],
  labels: Readonly<Record<Label, string>>,
  { byBound, sum }: Pick<BucketCounts, 'byBound' | 'sum'>,
): MetricValueWithName<Label | 'le'>[] {
  type Value = MetricValueWithName<Label | 'le'>;
  const series: Value[] = [];
  let count = 0;
  for (const [index, values] of byBound.entries()) {
    count += values;
    const le = bounds[index] ?? '+Inf';
    series.push({
      metricName: `${name}_bucket`,
      labels: { ...labels, le } as Value['labels'],
      value: count,
    });
  }
  series.push({ metricName: `${name}_sum`, labels: labels as Value['labels'], value: sum });
  series.push({ metricName: `${name}_count`, labels: labels as Value['labels'], value: count });
  return series;
}
