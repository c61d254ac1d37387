import { resolveRetryOptions, type RetryOptions } from './retry-options.js';

describe('resolveRetryOptions', () => {
  it.each([
    [{ type: 'failure' } as const, 2],
    [{ type: 'backup', delayMs: 10 } as const, 1],
    [{ type: 'mixed', delayMs: 10 } as const, 1],
  ])('has the defaults of Kitex for %j', (options, maxRetries) => {
    expect(resolveRetryOptions(options)).toMatchObject({
      maxRetries,
      maxDurationMs: 0,
      chainStop: true,
      errorRate: 0.1,
      budget: 'retry-share',
      retrySameInstance: false,
    });
  });

  it.each<[RetryOptions, string]>([
    [{ type: 'failure', maxRetries: 6 }, 'retry.maxRetries must be an integer from 0 to 5; got 6'],
    [
      { type: 'backup', delayMs: 1, maxRetries: 3 },
      'retry.maxRetries must be an integer from 0 to 2; got 3',
    ],
    [
      { type: 'mixed', delayMs: 1, maxRetries: 4 },
      'retry.maxRetries must be an integer from 0 to 3; got 4',
    ],
    [{ type: 'failure', maxRetries: 1.5 }, 'got 1.5'],
    [
      { type: 'failure', errorRate: 0.4 },
      'retry.errorRate must be a number above 0 and up to 0.3; got 0.4',
    ],
    [
      { type: 'failure', maxDurationMs: -1 },
      'retry.maxDurationMs must be milliseconds, an integer from 0',
    ],
    [{ type: 'backup', delayMs: 0 }, 'retry.delayMs must be milliseconds, an integer from 1'],
  ])('refuses %j', (options, message) => {
    expect(() => resolveRetryOptions(options)).toThrow(message);
  });
});
