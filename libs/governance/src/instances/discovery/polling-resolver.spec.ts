import { jest } from '@jest/globals';
import { RecordingListener } from '../../../test/recording-listener.js';
import { toInstance } from './instance.js';
import { PolledService, pollingResolver } from './polling-resolver.js';

describe('pollingResolver', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('asks again after each interval, also after a failure, until closed', async () => {
    const answers = [
      async () => [toInstance('a:1')],
      async () => Promise.reject(new Error('down')),
      async () => [toInstance('b:1')],
    ];
    let asked = 0;
    const listener = new RecordingListener();
    const resolver = pollingResolver('manual', () => answers[asked++ % 3]!(), { intervalMs: 100 });
    const watch = resolver.watch('users', listener);
    await jest.advanceTimersByTimeAsync(0);
    expect(listener.addresses).toEqual(['a:1']);
    await jest.advanceTimersByTimeAsync(100);
    expect(listener.failures).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(100);
    expect(listener.addresses).toEqual(['b:1']);
    watch.close();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(asked).toBe(3);
  });

  it('polls again when refresh is requested during a poll', async () => {
    const finish: ((address: string) => void)[] = [];
    const find = () =>
      new Promise<string>((resolve) => finish.push(resolve)).then((address) => [
        toInstance(address),
      ]);
    const listener = new RecordingListener();
    const service = new PolledService(find, listener, 1_000);
    void service.refresh();
    void service.refresh();
    finish[0]!('old:1');
    await jest.advanceTimersByTimeAsync(0);
    expect(finish).toHaveLength(2);
    finish[1]!('new:1');
    await jest.advanceTimersByTimeAsync(0);
    expect(listener.addresses).toEqual(['new:1']);
    service.close();
  });
});
