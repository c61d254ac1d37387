import { HeapTrend } from './heap-trend.js';

const WINDOW_MS = 600_000;

function trendOf(bytes: readonly number[], everyMs = 60_000): HeapTrend {
  const trend = new HeapTrend(WINDOW_MS);
  bytes.forEach((value, index) => trend.add(index * everyMs, value));
  return trend;
}

describe('the trend of a heap', () => {
  it('is growth when every third of the window is above the one before', () => {
    expect(trendOf([100, 120, 110, 150, 140, 160, 190, 180, 200]).steadyGrowth()).toEqual({
      fromBytes: 100,
      toBytes: 180,
      overMs: 480_000,
      collections: 9,
    });
  });

  it.each([
    ['a saw', [100, 200, 300, 100, 200, 300, 100, 200, 300]],
    ['a step that stays', [100, 100, 100, 300, 300, 300, 300, 300, 300]],
    ['a peak that goes', [100, 120, 200, 300, 250, 200, 150, 120, 110]],
    ['too few collections', [100, 200, 300, 400, 500]],
  ])('is not growth for %s', (_name, bytes) => {
    expect(trendOf(bytes).steadyGrowth()).toBeUndefined();
  });

  it('is not growth within a short time: a process that starts grows', () => {
    expect(trendOf([1, 2, 3, 4, 5, 6, 7, 8, 9], 1000).steadyGrowth()).toBeUndefined();
  });

  it('is not growth where a part of the time had no collection', () => {
    const trend = new HeapTrend(WINDOW_MS);
    [0, 1, 2, 3, 590, 599].forEach((second, index) => trend.add(second * 1000, 100 + index));
    expect(trend.steadyGrowth()).toBeUndefined();
  });

  it('forgets what is older than the window', () => {
    const trend = trendOf([1, 2, 3, 4, 5, 6]);
    trend.add(10 * WINDOW_MS, 7);
    expect(trend.steadyGrowth()).toBeUndefined();
  });

  it('is seen also in a process that collects all the time', () => {
    const trend = new HeapTrend(WINDOW_MS);
    for (let index = 0; index < 20_000; index++) {
      trend.add(index * 100, 1000 + index);
    }
    expect(trend.steadyGrowth()).toMatchObject({
      overMs: 580_000,
      collections: expect.any(Number),
    });
  });
});
