import { fakeClock } from '../../../test/fake-clock.js';
import { DynamicTimeout } from './dynamic-timeout.js';

describe('DynamicTimeout', () => {
  function observed(durations: readonly number[], options = {}) {
    const clock = fakeClock(5_000);
    const timeout = new DynamicTimeout({ minSamples: 10, bufferMs: 50, ...options }, clock);
    durations.forEach((duration) => timeout.record(duration));
    return { clock, timeout };
  }

  it('is the default until enough calls were seen', () => {
    expect(observed(Array(9).fill(10)).timeout.timeoutMs).toBe(3_000);
  });

  it('is twice the 95th percentile plus the buffer', () => {
    const durations = Array.from({ length: 100 }, (_, i) => (i < 90 ? 10 : 200));
    const { timeoutMs } = observed(durations).timeout;
    // The histogram keeps two significant digits.
    expect(timeoutMs).toBeGreaterThanOrEqual(450);
    expect(timeoutMs).toBeLessThanOrEqual(456);
  });

  it('stays within floor and ceiling', () => {
    expect(observed(Array(20).fill(0.2), { bufferMs: 0 }).timeout.timeoutMs).toBe(100);
    expect(observed(Array(20).fill(60_000)).timeout.timeoutMs).toBe(10_000);
  });

  it('forgets calls that left the window', () => {
    const { clock, timeout } = observed(Array(20).fill(1_000));
    expect(timeout.timeoutMs).toBeGreaterThan(2_000);
    clock.advance(30_000);
    Array(20)
      .fill(10)
      .forEach((duration: number) => timeout.record(duration));
    expect(timeout.timeoutMs).toBeGreaterThan(2_000);
    clock.advance(35_000);
    expect(timeout.timeoutMs).toBe(100);
    clock.advance(3_600_000);
    expect(timeout.timeoutMs).toBe(3_000);
  });

  it('has neither floor nor ceiling nor default where they are 0', () => {
    const { timeout } = observed(Array(20).fill(60_000), { ceilingMs: 0, floorMs: 200 });
    expect(timeout.timeoutMs).toBeGreaterThan(120_000);
    const hour = observed(Array(20).fill(3_600_000), { ceilingMs: 0, multiplier: 1_000 });
    expect(hour.timeout.timeoutMs).toBe(2 ** 31 - 1);
    const short = observed(Array(20).fill(0.2), { bufferMs: 0, floorMs: 0 });
    expect(short.timeout.timeoutMs).toBe(1);
    expect(new DynamicTimeout({ defaultMs: 0 }).timeoutMs).toBe(0);
  });

  it('refuses a ceiling below the floor', () => {
    expect(() => new DynamicTimeout({ floorMs: 200, ceilingMs: 100 })).toThrow(
      'dynamicTimeout.ceilingMs must not be less than floorMs (200); got',
    );
  });
});
