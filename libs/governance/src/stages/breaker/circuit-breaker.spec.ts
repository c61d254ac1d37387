import { jest } from '@jest/globals';
import { BizStatusError, CancelledError, RpcTimeoutError } from '@nestjs-thrift/transport';
import { CircuitBreakerOpenError } from '../../errors/errors.js';
import { fakeClock } from '../../../test/fake-clock.js';
import type { CircuitBreakerOptions } from './breaker-options.js';
import { CircuitBreaker, type BreakerStateChange } from './circuit-breaker.js';

describe('CircuitBreaker', () => {
  function breakerOf(options: CircuitBreakerOptions = { minSamples: 10 }) {
    const clock = fakeClock(1_000);
    const breaker = new CircuitBreaker(options, { key: 'me/users/GetUser', clock });
    const record = (count: number, outcome: 'success' | 'failure' | 'timeout' | 'ignored') => {
      for (let i = 0; i < count; i += 1) {
        breaker.record(outcome);
      }
    };
    return { clock, breaker, record };
  }

  function opened() {
    const made = breakerOf();
    made.record(10, 'failure');
    expect(made.breaker.state).toBe('open');
    return made;
  }

  it('has the defaults of Kitex', () => {
    expect(new CircuitBreaker().snapshot().settings).toEqual({
      errorRate: 0.5,
      minSamples: 200,
      openDurationMs: 5_000,
      probeIntervalMs: 200,
      successesToClose: 2,
      slowCallMs: 0,
    });
  });

  it('opens at the error rate, timeouts counted as errors', () => {
    const { breaker, record } = breakerOf();
    record(5, 'success');
    record(2, 'failure');
    record(2, 'timeout');
    expect(breaker.state).toBe('closed');
    record(1, 'timeout');
    expect(breaker.state).toBe('open');
  });

  it('stays closed below the minimum of samples', () => {
    const { breaker, record } = breakerOf();
    record(9, 'failure');
    expect(breaker.allows()).toBe(true);
  });

  it('judges only when something fails', () => {
    const { breaker, record } = breakerOf();
    record(9, 'failure');
    record(9, 'success');
    expect(breaker.state).toBe('closed');
    record(1, 'failure');
    expect(breaker.state).toBe('open');
  });

  it('does not count what is ignored', () => {
    const { breaker, record } = breakerOf();
    record(50, 'ignored');
    expect(breaker.snapshot().counts.total).toBe(0);
  });

  it('forgets failures that left the window', () => {
    const { clock, breaker, record } = breakerOf();
    record(9, 'failure');
    clock.advance(10_000);
    record(1, 'failure');
    expect(breaker.state).toBe('closed');
  });

  it('refuses while it cools, then lets one call through per 200 ms', () => {
    const { clock, breaker } = opened();
    clock.advance(4_999);
    expect(breaker.allows()).toBe(false);
    clock.advance(1);
    expect(breaker.allows()).toBe(true);
    expect(breaker.state).toBe('half_open');
    expect(breaker.allows()).toBe(false);
    clock.advance(199);
    expect(breaker.allows()).toBe(false);
    clock.advance(1);
    expect(breaker.allows()).toBe(true);
    expect(breaker.allows()).toBe(false);
  });

  it('shows half-open once it has cooled, also if no call comes', () => {
    const { clock, breaker } = opened();
    clock.advance(4_999);
    expect(breaker.snapshot().state).toBe('open');
    clock.advance(1);
    expect(breaker.snapshot().state).toBe('half_open');
    breaker.force('open');
    expect(breaker.snapshot().state).toBe('open');
  });

  it('closes after two successes and starts with an empty window', () => {
    const { clock, breaker, record } = opened();
    clock.advance(5_000);
    breaker.allows();
    record(1, 'success');
    expect(breaker.state).toBe('half_open');
    record(1, 'success');
    expect(breaker.state).toBe('closed');
    expect(breaker.snapshot().counts.total).toBe(0);
  });

  it('opens again and cools again when a probe fails', () => {
    const { clock, breaker, record } = opened();
    clock.advance(5_000);
    breaker.allows();
    record(1, 'success');
    record(1, 'timeout');
    expect(breaker.state).toBe('open');
    clock.advance(4_999);
    expect(breaker.allows()).toBe(false);
    clock.advance(1);
    expect(breaker.allows()).toBe(true);
    record(1, 'success');
    expect(breaker.state).toBe('half_open');
  });

  it('neither closes nor opens after a neutral probe', () => {
    const { clock, breaker, record } = opened();
    clock.advance(5_000);
    breaker.allows();
    record(5, 'ignored');
    expect(breaker.state).toBe('half_open');
  });

  it('can be forced open and closed, and then resumes its state', () => {
    const { breaker, record } = breakerOf();
    const changes: string[] = [];
    breaker.onStateChange(({ from, to }) => changes.push(`${from} > ${to}`));
    breaker.force('open');
    expect(breaker.allows()).toBe(false);
    breaker.force('closed');
    record(10, 'failure');
    expect(breaker.allows()).toBe(true);
    breaker.force(undefined);
    expect(breaker.allows()).toBe(false);
    expect(changes).toEqual(['closed > open', 'open > closed', 'closed > open']);
  });

  it('takes new options without losing its window', () => {
    const { breaker, record } = breakerOf({ minSamples: 100 });
    record(50, 'failure');
    breaker.update({ minSamples: 51 });
    expect(breaker.snapshot().counts.failures).toBe(50);
    record(1, 'failure');
    expect(breaker.state).toBe('open');
  });

  it('tells each change of state with the counts behind it', () => {
    const { breaker, record } = breakerOf();
    const changes: BreakerStateChange[] = [];
    breaker.onStateChange((change) => changes.push(change));
    record(10, 'failure');
    expect(changes).toMatchObject([
      {
        scope: 'service',
        key: 'me/users/GetUser',
        from: 'closed',
        to: 'open',
        counts: { total: 10 },
      },
    ]);
  });

  it('survives a listener that throws', () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const { breaker, record } = breakerOf();
    breaker.onStateChange(() => {
      throw new Error('metrics are broken');
    });
    record(10, 'failure');
    expect(breaker.state).toBe('open');
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });

  it.each([
    [{ errorRate: 0 }, 'circuitBreaker.errorRate must be a number above 0 and up to 1; got 0'],
    [{ errorRate: 1.1 }, 'circuitBreaker.errorRate must be a number above 0 and up to 1; got 1.1'],
    [{ minSamples: 0 }, 'circuitBreaker.minSamples must be an integer of 1 or more; got 0'],
    [
      { openDurationMs: -1 },
      'circuitBreaker.openDurationMs must be milliseconds, an integer from 0',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => new CircuitBreaker(options)).toThrow(message);
  });

  describe('for latency', () => {
    it('opens when too many calls are slow, though all succeed', async () => {
      const { clock, breaker } = breakerOf({ minSamples: 4, errorRate: 0.5, slowCallMs: 100 });
      const take = (ms: number) => breaker.execute(() => clock.advance(ms));
      await take(100);
      await take(100);
      await take(101);
      expect(breaker.state).toBe('closed');
      await take(101);
      expect(breaker.state).toBe('open');
      await expect(take(1)).rejects.toBeInstanceOf(CircuitBreakerOpenError);
    });
  });

  describe('execute', () => {
    it('gives what the function gives and judges errors as the service breaker does', async () => {
      const { breaker } = breakerOf();
      await expect(breaker.execute(() => 7)).resolves.toBe(7);
      for (const error of [
        new RpcTimeoutError(5, 'late'),
        new Error('broken'),
        new BizStatusError(1, 'no such user'),
        new CancelledError('gone'),
      ]) {
        await expect(breaker.execute(() => Promise.reject(error))).rejects.toBe(error);
      }
      expect(breaker.snapshot().counts).toMatchObject({ successes: 2, failures: 1, timeouts: 1 });
    });

    it('does not count what it refused', async () => {
      const { breaker } = breakerOf();
      breaker.force('open');
      await expect(breaker.execute(() => 1)).rejects.toMatchObject({
        code: 'CIRCUIT_OPEN',
        scope: 'service',
        message: 'the service circuit breaker of me/users/GetUser is open',
      });
      expect(breaker.snapshot().counts.total).toBe(0);
    });

    it('tells its successes and failures as policies of cockatiel do', async () => {
      const { breaker } = breakerOf();
      const events: string[] = [];
      breaker.onSuccess(() => events.push('success'));
      breaker.onFailure(({ handled }) => events.push(`failure, handled ${handled}`));
      await breaker.execute(() => 1);
      await breaker.execute(() => Promise.reject(new Error('broken'))).catch(() => {});
      await breaker.execute(() => Promise.reject(new BizStatusError(1, 'x'))).catch(() => {});
      expect(events).toEqual(['success', 'failure, handled true', 'failure, handled false']);
    });
  });
});
