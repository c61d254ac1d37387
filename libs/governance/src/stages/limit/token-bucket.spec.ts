import { fakeClock } from '../../../test/fake-clock.js';
import { TokenBucket } from './token-bucket.js';

function taken(bucket: TokenBucket, tries: number): number {
  return Array.from({ length: tries }, () => bucket.take()).filter(Boolean).length;
}

describe('TokenBucket', () => {
  it('starts with a tenth of a second and fills up to a whole one', () => {
    const clock = fakeClock();
    const bucket = new TokenBucket(100, clock);
    expect(taken(bucket, 200)).toBe(10);
    clock.advance(60_000);
    expect(taken(bucket, 200)).toBe(100);
  });

  it.each([1, 3, 9, 0.5])('grants %d a second over time', (perSecond) => {
    const clock = fakeClock();
    const bucket = new TokenBucket(perSecond, clock);
    bucket.take();
    let granted = 0;
    for (let i = 0; i < 10_000; i += 1) {
      clock.advance(10);
      granted += taken(bucket, 5);
    }
    expect(granted).toBeGreaterThanOrEqual(perSecond * 100 - 1);
    expect(granted).toBeLessThanOrEqual(perSecond * 100 + 1);
  });

  it('changes its rate and keeps at most a second of the new one', () => {
    const clock = fakeClock();
    const bucket = new TokenBucket(100, clock);
    clock.advance(1_000);
    bucket.update(5);
    expect(taken(bucket, 100)).toBe(5);
    clock.advance(200);
    expect(taken(bucket, 100)).toBe(1);
  });

  it.each([0, -1, NaN, Infinity])('refuses a rate of %d', (perSecond) => {
    expect(() => new TokenBucket(perSecond)).toThrow(
      'a rate must be a number of requests per second',
    );
  });
});
