import { judge, ratioInterval } from './interval.js';

/** Deterministic values of about a normal distribution with mean 0 and deviation 1. */
function normals(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (state + 1) / 2_147_483_649;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

describe('ratioInterval', () => {
  it('returns the geometric mean', () => {
    expect(ratioInterval([Math.log(2), Math.log(0.5)]).ratio).toBeCloseTo(1);
    expect(ratioInterval([Math.log(1.1), Math.log(1.1), Math.log(1.1)])).toEqual({
      ratio: expect.closeTo(1.1),
      low: expect.closeTo(1.1),
      high: expect.closeTo(1.1),
    });
  });

  it('returns the interval of a textbook example', () => {
    // Mean 0.02, deviation 0.0158, five values: 0.02 ± 2.776 × 0.0158 / √5.
    const { low, high } = ratioInterval([0, 0.01, 0.02, 0.03, 0.04]);
    expect(Math.log(low)).toBeCloseTo(0.02 - 0.019_63, 4);
    expect(Math.log(high)).toBeCloseTo(0.02 + 0.019_63, 4);
  });

  it.each([2, 5, 12, 40])('contains the true ratio in 95 %% of samples of %i', (count) => {
    const next = normals(count);
    const samples = 4000;
    let hits = 0;
    for (let sample = 0; sample < samples; sample++) {
      const { low, high } = ratioInterval(
        Array.from({ length: count }, () => Math.log(1.05) + 0.03 * next()),
      );
      if (low <= 1.05 && 1.05 <= high) {
        hits++;
      }
    }
    expect(hits / samples).toBeGreaterThan(0.94);
    expect(hits / samples).toBeLessThan(0.96);
  });

  it('rejects a single ratio', () => {
    expect(() => ratioInterval([0])).toThrow('an interval needs at least two ratios, got 1');
  });
});

describe('judge', () => {
  it('fails a row only if the whole interval lies beyond the bound', () => {
    expect(judge({ ratio: 1.05, low: 1.021, high: 1.08 }, 1.02)).toBe('FAIL');
    expect(judge({ ratio: 1.05, low: 1.019, high: 1.08 }, 1.02)).toBe('unclear');
    expect(judge({ ratio: 1.05, low: 1.021, high: 1.08 }, 1.03)).toBe('unclear');
    expect(judge({ ratio: 1, low: 0.99, high: 1.02 }, 1.02)).toBe('ok');
    expect(judge({ ratio: 0.8, low: 0.7, high: 0.9 }, 1.02)).toBe('ok');
  });
});
