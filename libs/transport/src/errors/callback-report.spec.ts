import { jest } from '@jest/globals';
import { CallbackReport } from './callback-report.js';

describe('CallbackReport', () => {
  const logged: string[] = [];
  const report = (): CallbackReport =>
    new CallbackReport('onError', (line) => void logged.push(line));

  beforeEach(() => {
    jest.useFakeTimers();
    logged.length = 0;
  });
  afterEach(() => jest.useRealTimers());

  it('logs the first error at once and later ones once a minute with their number', () => {
    const failures = report();
    failures.threw(new TypeError('first'), 'Shop.Count');
    failures.threw(new TypeError('second'));
    failures.threw(new TypeError('third'));
    jest.advanceTimersByTime(60_000);
    failures.threw(new TypeError('fourth'));
    failures.threw(new TypeError('fifth'));
    expect(logged).toEqual([
      'onError of Shop.Count threw: TypeError: first',
      'onError threw (2 more since the last report): TypeError: fourth',
    ]);
  });

  it('logs what a function throws or rejects with, and nothing else', async () => {
    report().run(() => {
      throw new Error('at once');
    });
    report().run(() => Promise.reject(new Error('later')));
    report().run(() => Promise.resolve('fine'));
    report().run(() => undefined);
    await Promise.resolve();
    await Promise.resolve();
    expect(logged).toEqual(['onError threw: Error: at once', 'onError threw: Error: later']);
  });

  it('warns the process when the log throws', () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const failures = new CallbackReport('onError', () => {
      throw new Error('no log');
    });
    failures.threw(Object.create(null));
    expect(warn).toHaveBeenCalledWith('onError threw: a thrown object without a text', {
      code: 'THRIFT_CALLBACK_FAILED',
    });
    warn.mockRestore();
  });
});
