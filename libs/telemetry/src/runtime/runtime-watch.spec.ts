import { jest } from '@jest/globals';
import { RuntimeWatch, type RuntimeWarning, type RuntimeWatchOptions } from './runtime-watch.js';

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;

/** A watch over a process with scripted measurements. */
function watching(options: RuntimeWatchOptions = {}) {
  const state = { lagMs: 0, isClosed: false };
  const logged: string[] = [];
  const warnings: RuntimeWarning[] = [];
  let collected = (_heapBytes: number): void => {};
  const watch = new RuntimeWatch(options, {
    logger: { warn: (message: string) => void logged.push(message) },
    onWarning: (warning) => warnings.push(warning),
    probes: (listener) => {
      collected = listener;
      return { takeLagMs: () => state.lagMs, close: () => void (state.isClosed = true) };
    },
  });
  const grow = (fromMiB: number, stepMiB: number, minutes: number): void => {
    for (let minute = 0; minute < minutes; minute++) {
      jest.advanceTimersByTime(MINUTE_MS);
      collected((fromMiB + minute * stepMiB) * MIB);
    }
  };
  return { watch, state, logged, warnings, grow };
}

describe('a process that is watched', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is warned when its event loop is late, once in a while', () => {
    const { watch, state, logged, warnings } = watching({ maxEventLoopLagMs: 100 });
    state.lagMs = 100;
    jest.advanceTimersByTime(10_000);
    expect(logged).toEqual([]);
    state.lagMs = 250;
    jest.advanceTimersByTime(60_000);
    expect(logged).toEqual([expect.stringContaining('250 ms in 1 of 100 ticks')]);
    expect(warnings.map(({ kind }) => kind)).toEqual(
      Array.from({ length: 6 }, () => 'event_loop_lag'),
    );
    jest.advanceTimersByTime(600_000);
    expect(logged).toHaveLength(2);
    watch.close();
  });

  it('is warned when its heap grows steadily, with figures', () => {
    const { watch, logged, warnings, grow } = watching({ maxHeapGrowthMiB: 32 });
    grow(100, 10, 9);
    expect(logged).toEqual([
      expect.stringMatching(
        /^the heap grows steadily: from 100\.0 to 1[3-9]\d\.0 MiB left after full collections, within \d+ s and \d collections/,
      ),
    ]);
    expect(warnings.at(-1)).toMatchObject({ kind: 'heap_growth' });
    watch.close();
  });

  it.each([
    ['it grows less than is allowed', 100, 1],
    ['it stays', 100, 0],
    ['it shrinks', 400, -10],
  ])('is not warned when %s', (_name, from, step) => {
    const { watch, logged, grow } = watching();
    grow(from, step, 20);
    expect(logged).toEqual([]);
    watch.close();
  });

  it('is not warned of what is turned off', () => {
    const { watch, state, warnings, grow } = watching({
      maxEventLoopLagMs: 0,
      maxHeapGrowthMiB: 0,
    });
    state.lagMs = 10_000;
    grow(100, 100, 20);
    expect(warnings).toEqual([]);
    watch.close();
  });

  it('is let alone after close', () => {
    const { watch, state, warnings } = watching();
    watch.close();
    expect(state.isClosed).toBe(true);
    state.lagMs = 10_000;
    jest.advanceTimersByTime(60_000);
    expect(warnings).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([
    [
      { maxEventLoopLagMs: -1 },
      'warnings.maxEventLoopLagMs must be milliseconds, an integer from 0',
    ],
    [
      { maxHeapGrowthMiB: Number.NaN },
      'warnings.maxHeapGrowthMiB must be a number of 0 or more; got NaN',
    ],
    [{ heapWindowMs: 1000 }, 'warnings.heapWindowMs must be milliseconds, an integer from 60000'],
    [{ quietMs: -1 }, 'warnings.quietMs must be milliseconds, an integer from 0'],
  ])('refuses %j', (options, message) => {
    expect(() => new RuntimeWatch(options)).toThrow(message);
  });
});
