import { jest } from '@jest/globals';
import * as cockatiel3 from 'cockatiel-3';
import * as cockatiel4 from 'cockatiel-4';
import { BizStatusError } from '@nestjs-thrift/transport';
import { CircuitBreaker } from './circuit-breaker.js';

/** Why the circuit breaker is not cockatiel's: each pair shows where Kitex's behaves differently. */
describe.each([
  ['3', cockatiel3],
  ['4', cockatiel4 as unknown as typeof cockatiel3],
])(
  'compared with cockatiel %s',
  (_version, { circuitBreaker, handleAll, handleWhen, retry, SamplingBreaker, wrap }) => {
    beforeEach(() => void jest.useFakeTimers());
    afterEach(() => void jest.useRealTimers());

    const broken = () => Promise.reject(new Error('broken'));
    const quietly = async (promise: Promise<unknown>) => void (await promise.catch(() => {}));

    function theirs(options: { threshold: number; duration: number; minimumRps: number }) {
      return circuitBreaker(handleAll, {
        halfOpenAfter: 5_000,
        breaker: new SamplingBreaker(options),
      });
    }

    it('refuses calls during a probe, where cockatiel queues them behind it', async () => {
      let finishProbe: () => void = () => {};
      const probe = () => new Promise<void>((resolve) => (finishProbe = resolve));
      let ran = false;
      const second = () => void (ran = true);

      const queuing = theirs({ threshold: 0.1, duration: 1_000, minimumRps: 0.001 });
      await quietly(queuing.execute(broken));
      jest.advanceTimersByTime(5_001);
      const theirProbe = queuing.execute(probe);
      const queued = queuing.execute(second);
      finishProbe();
      await theirProbe;
      await queued;
      expect(ran).toBe(true);

      ran = false;
      const refusing = new CircuitBreaker({ minSamples: 1 });
      await quietly(refusing.execute(broken));
      jest.advanceTimersByTime(5_000);
      const ourProbe = refusing.execute(probe);
      await expect(refusing.execute(second)).rejects.toMatchObject({ code: 'CIRCUIT_OPEN' });
      finishProbe();
      await ourProbe;
      expect(ran).toBe(false);
    });

    it('forgets an idle hour, where the window of cockatiel only moves with calls', async () => {
      const stale = theirs({ threshold: 0.5, duration: 10_000, minimumRps: 1 });
      const sliding = new CircuitBreaker({ minSamples: 6 });
      // Below the threshold of either while it happens.
      for (const policy of [stale, sliding]) {
        for (let i = 0; i < 5; i += 1) {
          await quietly(policy.execute(broken));
        }
      }
      jest.advanceTimersByTime(3_600_000);
      const states: unknown[] = [];
      for (const policy of [stale, sliding]) {
        for (let i = 0; i < 4; i += 1) {
          await policy.execute(() => 'fine');
        }
        await quietly(policy.execute(broken));
        await quietly(policy.execute(broken));
        states.push(policy.state);
      }
      expect(states).toEqual([cockatiel3.CircuitState.Open, 'closed']);
    });

    it('counts business errors as successes, where cockatiel leaves them out of the sum', async () => {
      const failsOrNot = (i: number) => () =>
        Promise.reject(i < 4 ? new Error('broken') : new BizStatusError(1, 'no such user'));
      const blind = circuitBreaker(
        handleWhen((error) => !(error instanceof BizStatusError)),
        {
          halfOpenAfter: 5_000,
          breaker: new SamplingBreaker({ threshold: 0.5, duration: 10_000, minimumRps: 0.001 }),
        },
      );
      const counting = new CircuitBreaker({ minSamples: 10 });
      for (const policy of [blind, counting]) {
        for (let i = 23; i >= 0; i -= 1) {
          await quietly(policy.execute(failsOrNot(i)));
        }
      }
      expect(blind.state).toBe(cockatiel3.CircuitState.Open);
      expect(counting.state).toBe('closed');
      expect(counting.snapshot().counts).toMatchObject({ successes: 20, failures: 4 });
    });

    it('fails no call when a listener throws, where cockatiel fails it', async () => {
      const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
      const theirBreaker = theirs({ threshold: 0.5, duration: 10_000, minimumRps: 1 });
      const ourBreaker = new CircuitBreaker();
      const outcomes: string[] = [];
      for (const policy of [theirBreaker, ourBreaker]) {
        policy.onSuccess(() => {
          throw new Error('metrics are broken');
        });
        outcomes.push(
          await policy.execute(() => 'fine').catch((error: unknown) => (error as Error).message),
        );
      }
      expect(outcomes).toEqual(['metrics are broken', 'fine']);
      warn.mockRestore();
    });

    it('combines with policies of cockatiel in wrap()', async () => {
      const breaker = new CircuitBreaker({ minSamples: 2 });
      const policy = wrap(retry(handleAll, { maxAttempts: 5 }), breaker);
      const settled = quietly(policy.execute(broken));
      await jest.runAllTimersAsync();
      await settled;
      expect(breaker.state).toBe('open');
      expect(breaker.snapshot().counts.failures).toBe(2);
    });
  },
);
