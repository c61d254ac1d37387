import { Random } from '#test/random.js';
import { fakeClock } from '../../test/fake-clock.js';
import { SlidingWindow } from './sliding-window.js';

describe('SlidingWindow', () => {
  it('counts what happened within ten seconds', () => {
    const clock = fakeClock(12_345);
    const window = new SlidingWindow(clock);
    window.succeed();
    clock.advance(5_000);
    window.fail();
    window.timeout();
    window.timeout();
    expect(window.counts()).toEqual({
      successes: 1,
      failures: 1,
      timeouts: 2,
      total: 4,
      errorRate: 0.75,
    });
  });

  it('forgets bucket by bucket', () => {
    const clock = fakeClock();
    const window = new SlidingWindow(clock);
    window.fail();
    clock.advance(100);
    window.succeed();
    clock.advance(9_899);
    expect(window.counts().total).toBe(2);
    clock.advance(1);
    expect(window.counts()).toMatchObject({ successes: 1, failures: 0 });
    clock.advance(100);
    expect(window.counts().total).toBe(0);
  });

  it('slides while nothing happens', () => {
    const clock = fakeClock();
    const window = new SlidingWindow(clock);
    window.fail();
    clock.advance(3_600_000);
    window.succeed();
    expect(window.counts()).toMatchObject({ total: 1, errorRate: 0 });
  });

  it('counts the same as a list of time stamps would', () => {
    const clock = fakeClock();
    const window = new SlidingWindow(clock);
    const stamps: number[] = [];
    const random = new Random(7);
    for (let i = 0; i < 5_000; i += 1) {
      clock.advance(random.below(97));
      window.fail();
      stamps.push(Math.floor(clock() / 100));
      const oldest = Math.floor(clock() / 100) - 100;
      expect(window.counts().failures).toBe(stamps.filter((bucket) => bucket > oldest).length);
    }
  });
});
