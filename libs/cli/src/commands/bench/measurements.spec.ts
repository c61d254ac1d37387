import { Measurements } from './measurements.js';

describe('measurements', () => {
  it('count calls by class, by second and by latency', () => {
    const measurements = new Measurements();
    measurements.add(0.0004, 10, undefined);
    measurements.add(1, 999, 'Missing');
    measurements.add(1.001, 2001, 'RPC_TIMEOUT');
    measurements.add(3, 2002, 'RPC_TIMEOUT');
    const summary = measurements.summary(4000);
    expect(summary).toMatchObject({ calls: 4, success: 1, throughput: 1, perSecond: [2, 0, 2] });
    expect(Object.entries(summary.errors)).toEqual([
      ['RPC_TIMEOUT', 2],
      ['Missing', 1],
    ]);
    expect(summary.histogram.filter(({ count }) => count > 0)).toEqual([
      { upToMs: 0.001, count: 1 },
      { upToMs: 1, count: 1 },
      { upToMs: 2, count: 1 },
      { upToMs: 5, count: 1 },
    ]);
  });

  it('have percentiles to three digits', () => {
    const measurements = new Measurements();
    for (let call = 1; call <= 1000; call += 1) {
      measurements.add(call, 0, undefined);
    }
    const { latencyMs } = measurements.summary(1000);
    expect(Math.abs(latencyMs.p50 - 500)).toBeLessThan(1);
    expect(Math.abs(latencyMs.p99 - 990)).toBeLessThan(1);
    expect(Math.abs(latencyMs.p999 - 999)).toBeLessThan(1);
    expect(latencyMs.mean).toBeCloseTo(500.5, 0);
  });

  it('are zeros without calls', () => {
    const { latencyMs, histogram } = new Measurements().summary(0);
    expect(new Set(Object.values(latencyMs))).toEqual(new Set([0]));
    expect(histogram).toEqual([]);
  });
});
