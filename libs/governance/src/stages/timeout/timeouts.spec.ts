import { DEFAULT_TIMEOUTS, resolveTimeouts } from './timeouts.js';

describe('resolveTimeouts', () => {
  it('takes each value from the first layer that says it', () => {
    const file = { rpcTimeoutMs: 100 };
    const decorator = { rpcTimeoutMs: 200, connectTimeoutMs: 20 };
    const client = { connectTimeoutMs: 30, readWriteTimeoutMs: 40 };
    expect(resolveTimeouts(file, decorator, client)).toEqual({
      rpcTimeoutMs: 100,
      connectTimeoutMs: 20,
      readWriteTimeoutMs: 40,
    });
  });

  it('falls back to the defaults', () => {
    expect(resolveTimeouts(undefined, {})).toEqual(DEFAULT_TIMEOUTS);
  });

  it('lets a layer say that there is no RPC timeout', () => {
    expect(resolveTimeouts({ rpcTimeoutMs: 0 }, { rpcTimeoutMs: 50 }).rpcTimeoutMs).toBe(0);
  });

  it.each([
    [{ rpcTimeoutMs: -1 }, 'rpcTimeoutMs must be a number from 0 to 2147483647, got -1'],
    [{ connectTimeoutMs: 0 }, 'connectTimeoutMs must be a number from 1 to 2147483647, got 0'],
    [{ rpcTimeoutMs: NaN }, 'rpcTimeoutMs must be a number from 0 to 2147483647, got NaN'],
    [
      { rpcTimeoutMs: 2 ** 31 },
      'rpcTimeoutMs must be a number from 0 to 2147483647, got 2147483648',
    ],
  ])('refuses %j', (layer, message) => {
    expect(() => resolveTimeouts(layer)).toThrow(message);
  });
});
