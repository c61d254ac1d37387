import { DEFAULT_TIMEOUTS, resolveTimeouts } from './timeouts.js';

describe('resolveTimeouts', () => {
  it('takes each value from the first layer that says it', () => {
    const file = { attemptTimeoutMs: 100 };
    const decorator = { attemptTimeoutMs: 200, connectTimeoutMs: 20 };
    const client = { connectTimeoutMs: 30, readTimeoutMs: 40 };
    expect(resolveTimeouts(file, decorator, client)).toEqual({
      timeoutMs: 0,
      attemptTimeoutMs: 100,
      connectTimeoutMs: 20,
      readTimeoutMs: 40,
    });
  });

  it('falls back to the defaults', () => {
    expect(resolveTimeouts(undefined, {})).toEqual(DEFAULT_TIMEOUTS);
  });

  it('lets a layer say that an attempt has no limit', () => {
    expect(
      resolveTimeouts({ attemptTimeoutMs: 0 }, { attemptTimeoutMs: 50 }).attemptTimeoutMs,
    ).toBe(0);
  });
});
