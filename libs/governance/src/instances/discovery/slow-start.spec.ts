import { jest } from '@jest/globals';
import { RecordingListener } from '../../../test/recording-listener.js';
import { toInstance } from './instance.js';
import type { InstanceListener, Resolver } from './resolver.js';
import { slowStart } from './slow-start.js';

describe('slowStart', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  function watching() {
    let source: InstanceListener | undefined;
    const resolver: Resolver = {
      name: 'manual',
      watch: (_service, listener) => {
        source = listener;
        return { close() {} };
      },
    };
    const listener = new RecordingListener();
    const watch = slowStart(resolver, { durationMs: 1_000, steps: 4 }).watch('users', listener);
    const weights = () =>
      Object.fromEntries(listener.updates.at(-1)!.map(({ address, weight }) => [address, weight]));
    return { source: source!, listener, watch, weights };
  }
  const instance = (address: string) => toInstance({ address, weight: 100 });

  it('gives the first instances their whole share and later ones a growing one', () => {
    const { source, weights } = watching();
    source.update([instance('a:1')]);
    expect(weights()).toEqual({ 'a:1': 100 });
    source.update([instance('a:1'), instance('b:1')]);
    const seen = [0, 250, 250, 250, 250].map((ms) => {
      jest.advanceTimersByTime(ms);
      return weights()['b:1'];
    });
    expect(seen).toEqual([25, 50, 75, 100, 100]);
    expect(weights()['a:1']).toBe(100);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('starts again for an instance that was away', () => {
    const { source, weights } = watching();
    source.update([instance('a:1'), instance('b:1')]);
    source.update([instance('a:1')]);
    source.update([instance('a:1'), instance('b:1')]);
    expect(weights()).toEqual({ 'a:1': 100, 'b:1': 25 });
  });

  it('leaves an instance of weight 0 out and stops when closed', () => {
    const { source, watch, weights } = watching();
    source.update([instance('a:1')]);
    source.update([instance('a:1'), toInstance({ address: 'b:1', weight: 0 })]);
    expect(weights()['b:1']).toBe(0);
    watch.close();
    expect(jest.getTimerCount()).toBe(0);
  });
});
