import { retrySettings, type RetryOptions } from './retry-options.js';

describe('retrySettings', () => {
  it.each([
    [{ type: 'failure' } as const, 2],
    [{ type: 'backup', delayMs: 10 } as const, 1],
    [{ type: 'mixed', delayMs: 10 } as const, 1],
  ])('has the defaults of Kitex for %j', (options, maxRetries) => {
    expect(retrySettings(options)).toMatchObject({
      maxRetries,
      maxDurationMs: 0,
      chainStop: true,
      errorRate: 0.1,
      budget: 'retry_share',
      retrySameInstance: false,
    });
  });

  it.each<[RetryOptions, string]>([
    [
      { type: 'failure', maxRetries: 6 },
      'maxRetries of a failure policy must be a whole number from 0 to 5, got 6',
    ],
    [
      { type: 'backup', delayMs: 1, maxRetries: 3 },
      'backup policy must be a whole number from 0 to 2, got 3',
    ],
    [
      { type: 'mixed', delayMs: 1, maxRetries: 4 },
      'mixed policy must be a whole number from 0 to 3, got 4',
    ],
    [{ type: 'failure', maxRetries: 1.5 }, 'got 1.5'],
    [
      { type: 'failure', errorRate: 0.4 },
      'errorRate of a retry policy must be above 0 and at most 0.3, got 0.4',
    ],
    [{ type: 'failure', maxDurationMs: -1 }, 'maxDurationMs must be a number from 0'],
    [{ type: 'backup', delayMs: 0 }, 'delayMs must be a number from 1'],
  ])('refuses %j', (options, message) => {
    expect(() => retrySettings(options)).toThrow(message);
  });
});
