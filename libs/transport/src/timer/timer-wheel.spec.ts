import { jest } from '@jest/globals';
import { TICK_MS, TimerWheel } from './timer-wheel.js';

describe('TimerWheel', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it.each([1, 5, 10, 123, 2_559, 2_560, 2_561, 60_000, 3_600_000])(
    'runs a callback %i ms later, within a tick',
    async (delayMs) => {
      const wheel = new TimerWheel();
      const start = performance.now();
      const times: number[] = [];
      const timer = wheel.timer((now) => {
        times.push(now - start);
        return Infinity;
      });
      timer.arm(start + delayMs);
      await jest.advanceTimersByTimeAsync(delayMs - 1);
      expect(times).toEqual([]);
      await jest.advanceTimersByTimeAsync(TICK_MS + 2);
      expect(times).toHaveLength(1);
      expect(times[0]).toBeGreaterThanOrEqual(delayMs);
      await jest.advanceTimersByTimeAsync(10_000);
      expect(times).toHaveLength(1);
    },
  );

  it('runs again when the callback says when', async () => {
    const wheel = new TimerWheel();
    let runs = 0;
    const timer = wheel.timer((now) => (++runs < 5 ? now + 1_000 : Infinity));
    timer.arm(performance.now() + 1_000);
    await jest.advanceTimersByTimeAsync(3_500);
    expect(runs).toBe(3);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(runs).toBe(5);
  });

  it('keeps the earlier of two times, and takes an earlier one', async () => {
    const wheel = new TimerWheel();
    const expire = jest.fn<(now: number) => number>().mockReturnValue(Infinity);
    const timer = wheel.timer(expire);
    timer.arm(performance.now() + 500);
    timer.arm(performance.now() + 5_000);
    timer.arm(performance.now() + 100);
    await jest.advanceTimersByTimeAsync(120);
    expect(expire).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(expire).toHaveBeenCalledTimes(1);
  });

  it('runs what is overdue with the next tick', async () => {
    const wheel = new TimerWheel();
    const expire = jest.fn<(now: number) => number>().mockReturnValue(Infinity);
    wheel.timer(expire).arm(performance.now() - 1_000);
    expect(expire).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(2 * TICK_MS);
    expect(expire).toHaveBeenCalledTimes(1);
  });

  it('runs many timers in the order of their times', async () => {
    const wheel = new TimerWheel();
    const start = performance.now();
    const order: number[] = [];
    const delays = Array.from({ length: 500 }, (_, index) => ((index * 7_919) % 500) * TICK_MS + 1);
    for (const delayMs of delays) {
      wheel
        .timer(() => {
          order.push(delayMs);
          return Infinity;
        })
        .arm(start + delayMs);
    }
    await jest.advanceTimersByTimeAsync(501 * TICK_MS);
    expect(order).toEqual(delays.toSorted((a, b) => a - b));
  });

  it('does not run a disarmed timer, and leaves no timer of Node behind', async () => {
    const wheel = new TimerWheel();
    const expire = jest.fn<(now: number) => number>().mockReturnValue(Infinity);
    const timer = wheel.timer(expire);
    timer.arm(performance.now() + 50);
    timer.disarm();
    timer.disarm();
    expect(jest.getTimerCount()).toBe(0);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(expire).not.toHaveBeenCalled();
    timer.arm(Infinity);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('uses one timer of Node for any number of deadlines', () => {
    const wheel = new TimerWheel();
    for (let index = 0; index < 100; index++) {
      wheel.timer(() => Infinity).arm(performance.now() + index * 37);
    }
    expect(jest.getTimerCount()).toBe(1);
  });

  it('survives timers that arm and disarm each other in their callbacks', async () => {
    const wheel = new TimerWheel();
    const ran: string[] = [];
    const first = wheel.timer(() => {
      ran.push('first');
      second.disarm();
      third.arm(performance.now());
      return Infinity;
    });
    const second = wheel.timer(() => {
      ran.push('second');
      return Infinity;
    });
    const third = wheel.timer(() => {
      ran.push('third');
      return Infinity;
    });
    const at = performance.now() + 100;
    first.arm(at);
    second.arm(at);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(ran).toEqual(['first', 'third']);
    expect(jest.getTimerCount()).toBe(0);
  });
});
