import fc from 'fast-check';
import { LatencyHistogram } from './latency-histogram.js';

function histogramOf(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) {
    histogram.record(value);
  }
  return histogram;
}

describe('LatencyHistogram', () => {
  it('has percentiles to three digits', () => {
    const latency = histogramOf(Array.from({ length: 1000 }, (_, index) => index + 1)).latency();

    expect(Math.abs(latency.p50 - 500)).toBeLessThan(1);
    expect(Math.abs(latency.p99 - 990)).toBeLessThan(1);
    expect(Math.abs(latency.p999 - 999)).toBeLessThan(1);
    expect(latency.mean).toBeCloseTo(500.5, 0);
  });

  it('has at most 15 buckets that hold each value once, whatever the values', () => {
    const latencies = fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(latencies, (values) => {
        const buckets = histogramOf(values).buckets();
        expect(buckets.length).toBeLessThanOrEqual(15);
        expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
        let below = 0;
        for (const { upToMs, count } of buckets) {
          const within = values.filter((value) => {
            const micros = Math.max(1, Math.round(value * 1000));
            return micros > below * 1000 && micros <= upToMs * 1000;
          });
          expect(within).toHaveLength(count);
          below = upToMs;
        }
      }),
    );
  });

  it('has round limits that suit the spread of the values', () => {
    const limits = histogramOf([1.1, 4, 9])
      .buckets()
      .map(({ upToMs }) => upToMs);

    expect(limits).toEqual([1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]);
  });

  it('has a curve that rises to the slowest call', () => {
    const points = histogramOf(Array.from({ length: 10_000 }, (_, index) => index / 10)).curve();

    expect(points.at(-1)).toEqual({ percentile: 100, ms: 999.9 });
    expect(points.some(({ percentile }) => percentile > 99.98 && percentile < 100)).toBe(true);
    for (const [index, point] of points.slice(1).entries()) {
      expect(point.percentile).toBeGreaterThan(points[index]!.percentile);
      expect(point.ms).toBeGreaterThanOrEqual(points[index]!.ms);
    }
  });
});
