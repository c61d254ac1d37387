import { Measurements } from './measurements.js';

const END = { interrupted: false, periodMs: 4000, load: { due: 4, made: 4 } };
const failure = (name: string) => ({ name, message: `${name}: first` });

describe('Measurements', () => {
  it('counts latency and throughput of successful calls, and errors by class', () => {
    const measurements = new Measurements();
    measurements.add(5, 10, undefined);
    measurements.add(7, 999, undefined);
    measurements.add(0.1, 1000, failure('Missing'));
    measurements.add(3000, 2001, failure('RPC_TIMEOUT'));
    measurements.add(3001, 2002, failure('RPC_TIMEOUT'));
    const summary = measurements.summary(END);

    expect(summary).toMatchObject({ calls: 5, success: 2, throughput: 0.5, seconds: 4 });
    expect(summary.latencyMs).toMatchObject({ min: 5, max: 7 });
    expect(Object.keys(summary.errors)).toEqual(['RPC_TIMEOUT', 'Missing']);
    expect(summary.errors.RPC_TIMEOUT).toMatchObject({
      calls: 2,
      firstError: 'RPC_TIMEOUT: first',
    });
    expect(summary.errors.Missing!.latencyMs.max).toBe(0.1);
  });

  it('lists each second with its calls, errors and latency', () => {
    const measurements = new Measurements();
    measurements.add(5, 10, undefined);
    measurements.add(1, 20, failure('Missing'));
    measurements.add(9, 2500, undefined);

    expect(measurements.summary(END).perSecond).toEqual([
      { second: 0, success: 1, errors: 1, p50Ms: 5, p99Ms: 5 },
      { second: 1, success: 0, errors: 0, p50Ms: 0, p99Ms: 0 },
      {
        second: 2,
        success: 1,
        errors: 0,
        p50Ms: 9,
        p99Ms: 9,
      },
    ]);
  });

  it('leaves calls that end after the period out of the throughput alone', () => {
    const measurements = new Measurements(1000);
    measurements.add(10, 500, undefined);
    measurements.add(2000, 2500, undefined);
    const summary = measurements.summary({ ...END, periodMs: 1000 });

    expect(summary).toMatchObject({ success: 2, throughput: 1 });
    expect(summary.latencyMs.max).toBe(2000);
  });

  it('counts the load that was due and not made', () => {
    const { load } = new Measurements().summary({ ...END, load: { due: 15_000, made: 2764 } });

    expect(load).toEqual({ due: 15_000, made: 2764, dropped: 12_236 });
  });

  it('has zeros and no buckets without calls', () => {
    const { latencyMs, histogram, percentiles, throughput } = new Measurements().summary(END);

    expect(new Set(Object.values(latencyMs))).toEqual(new Set([0]));
    expect({ histogram, percentiles, throughput }).toEqual({
      histogram: [],
      percentiles: [],
      throughput: 0,
    });
  });

  it('counts classes beyond fifty together', () => {
    const measurements = new Measurements();
    for (let code = 0; code < 80; code += 1) {
      measurements.add(1, 0, failure(`business status ${code}`));
    }
    const { errors } = measurements.summary(END);

    expect(Object.keys(errors)).toHaveLength(51);
    expect(errors['other errors']!.calls).toBe(30);
  });
});
