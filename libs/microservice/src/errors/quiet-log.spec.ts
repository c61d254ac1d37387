import { jest } from '@jest/globals';
import { QuietLog } from './quiet-log.js';

describe('QuietLog', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('logs the first failure at once and later ones once a minute with their number', () => {
    const lines: string[] = [];
    const log = new QuietLog((line) => lines.push(line));
    for (const reason of ['first', 'second', 'third']) {
      log.failed('discovery failed', new Error(reason));
    }
    jest.advanceTimersByTime(60_000);
    log.failed('discovery failed', new Error('fourth'));
    expect(lines).toEqual([
      'discovery failed: Error: first',
      'discovery failed (2 more since the last line): Error: fourth',
    ]);
  });
});
