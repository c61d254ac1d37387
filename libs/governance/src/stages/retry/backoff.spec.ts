import { type BackoffOptions, createBackoff, resolveBackoffOptions } from './backoff.js';

const backoffOf = (options: BackoffOptions, random?: () => number) =>
  createBackoff(resolveBackoffOptions(options), random);

describe('createBackoff', () => {
  it('does not wait by default', () => {
    expect(backoffOf({ type: 'none' })(1)).toBe(0);
  });

  it('waits a fixed time', () => {
    expect(backoffOf({ type: 'fixed', delayMs: 30 })(3)).toBe(30);
  });

  it('waits a random time between two bounds', () => {
    const backoff = backoffOf({ type: 'random', minMs: 10, maxMs: 30 }, () => 0.25);
    expect(backoff(1)).toBe(15);
  });

  it('waits longer each time, up to the bound', () => {
    const backoff = backoffOf({ type: 'exponential', initialMs: 10, maxMs: 50, jitter: 0 });
    expect([1, 2, 3, 4].map(backoff)).toEqual([10, 20, 40, 50]);
  });

  it('leaves half of an exponential wait to chance', () => {
    const options = { type: 'exponential', initialMs: 100, maxMs: 1_000 } as const;
    expect(backoffOf(options, () => 0)(1)).toBe(100);
    expect(backoffOf(options, () => 0.999_999)(1)).toBeCloseTo(50, 2);
  });

  it.each([
    [
      { type: 'fixed', delayMs: -1 } as const,
      'backoff.delayMs must be milliseconds, an integer from 0',
    ],
    [
      { type: 'random', minMs: 5, maxMs: 4 } as const,
      'backoff.maxMs must not be less than minMs (5); got 4',
    ],
    [
      { type: 'exponential', initialMs: 1, maxMs: 9, multiplier: 0.5 } as const,
      'backoff.multiplier must be a number of 1 or more; got 0.5',
    ],
    [
      { type: 'exponential', initialMs: 1, maxMs: 9, jitter: 2 } as const,
      'backoff.jitter must be a number from 0 to 1; got 2',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => backoffOf(options)).toThrow(message);
  });
});
