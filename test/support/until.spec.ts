import { jest } from '@jest/globals';
import { performance } from 'node:perf_hooks';
import { until } from '#test/until.js';

describe('until', () => {
  it('returns once the condition holds, also one that is asynchronous', async () => {
    let looks = 0;
    await until(async () => ++looks === 1500);
    expect(looks).toBe(1500);
  });

  it('waits in real time while timers are faked', async () => {
    jest.useFakeTimers();
    const startedAt = performance.now();
    await until(() => performance.now() > startedAt + 50);
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('rejects with the condition when it does not hold in time', async () => {
    jest.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(15_001);
    await expect(until(() => 1 + 1 === 3)).rejects.toThrow('1 + 1 === 3');
    jest.restoreAllMocks();
  });
});
