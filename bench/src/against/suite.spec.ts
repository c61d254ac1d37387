import { jest } from '@jest/globals';
import { logRatioInTurns, runPasses, type Suite } from './suite.js';

describe('logRatioInTurns', () => {
  it('changes the order from round to round', async () => {
    const order: string[] = [];
    await logRatioInTurns({ new: 'new', old: 'old' }, 3, async (build) => {
      order.push(build);
      return 1;
    });
    expect(order).toEqual(['new', 'old', 'old', 'new', 'new', 'old']);
  });

  it('returns the cost of the new build divided by that of the old one', async () => {
    const costs = { new: 30, old: 20 };
    const measured = await logRatioInTurns(
      { new: 'new', old: 'old' } as const,
      4,
      async (build) => costs[build],
    );
    expect(Math.exp(measured)).toBeCloseTo(1.5);
  });

  it('ignores a round in which the machine was slow', async () => {
    let calls = 0;
    const measured = await logRatioInTurns({ new: 1, old: 1 }, 5, async (cost) =>
      ++calls === 4 ? 10 * cost : cost,
    );
    expect(measured).toBe(0);
  });

  it('favors neither build while the machine becomes slower', async () => {
    let speed = 1;
    const measured = await logRatioInTurns({ new: 1, old: 1 }, 6, async (cost) => {
      speed *= 1.1;
      return cost * speed;
    });
    expect(measured).toBeCloseTo(0);
  });
});

describe('runPasses', () => {
  function suite(name: string, calls: string[]): Suite {
    let passes = 0;
    return {
      pass: async () => {
        calls.push(name);
        return new Map([[`${name}: row`, ++passes]]);
      },
    };
  }

  it('measures all suites four times if there is no time', async () => {
    const calls: string[] = [];
    const rows = await runPasses([suite('a', calls), suite('b', calls)], 0, () => {});
    expect(calls).toEqual(['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b']);
    expect([...rows]).toEqual([
      ['a: row', [1, 2, 3, 4]],
      ['b: row', [1, 2, 3, 4]],
    ]);
  });

  it('continues while another pass as long as the longest fits into the time', async () => {
    jest.useFakeTimers();
    try {
      let passes = 0;
      const slow: Suite = {
        pass: async () => {
          jest.advanceTimersByTime(++passes === 2 ? 10_000 : 8_000);
          return new Map([['row', 0]]);
        },
      };
      await runPasses([slow], 60, () => {});
      expect(passes).toBe(7);
    } finally {
      jest.useRealTimers();
    }
  });

  it('rejects with the error of a suite', async () => {
    const broken: Suite = { pass: () => Promise.reject(new Error('no peer')) };
    await expect(runPasses([broken], 0, () => {})).rejects.toThrow('no peer');
  });
});
