import type { Clock } from '../src/support/clock.js';

/** A clock that goes only where the test moves it. */
export function fakeClock(start = 0): Clock & { advance(ms: number): void } {
  let now = start;
  return Object.assign(() => now, {
    advance(ms: number) {
      now += ms;
    },
  });
}
