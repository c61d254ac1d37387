import { jest } from '@jest/globals';
import * as cockatiel3 from 'cockatiel-3';
import * as cockatiel4 from 'cockatiel-4';
import { CancelledError, ConnectError } from '@nestjs-thrift/transport';
import { RetryPolicy } from './retry-policy.js';

const refused = () => Promise.reject(new ConnectError('a:1', 'refused'));

describe('RetryPolicy', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('repeats any function', async () => {
    let attempts = 0;
    const policy = new RetryPolicy({ type: 'failure' });
    const outcomes: string[] = [];
    policy.onSuccess(() => outcomes.push('success'));
    await expect(
      policy.execute(() => {
        attempts += 1;
        return attempts < 3 ? refused() : 'done';
      }),
    ).resolves.toBe('done');
    expect(outcomes).toEqual(['success']);
  });

  it('hedges any function and fires the signal of the loser', async () => {
    const signals: AbortSignal[] = [];
    const policy = new RetryPolicy({ type: 'backup', delayMs: 50 });
    const done = policy.execute(({ signal }) => {
      signals.push(signal);
      return signals.length === 1 ? new Promise(() => {}) : 'second';
    });
    await jest.advanceTimersByTimeAsync(50);
    await expect(done).resolves.toBe('second');
    expect(signals[0]?.aborted).toBe(true);
  });

  it('requires a delay for backup requests', () => {
    expect(() => new RetryPolicy({ type: 'backup' })).toThrow('retry.delayMs is missing');
  });

  describe.each([
    ['3', cockatiel3],
    ['4', cockatiel4 as unknown as typeof cockatiel3],
  ])(
    'combined with cockatiel %s',
    (_version, { bulkhead, ConstantBackoff, handleAll, retry, wrap }) => {
      it('goes into wrap', async () => {
        const policy = wrap(new RetryPolicy({ type: 'failure' }), bulkhead(1));
        await expect(policy.execute(() => 'done')).resolves.toBe('done');
      });

      it('ends its wait when the caller cancels, where cockatiel waits on', async () => {
        const theirs = retry(handleAll, { maxAttempts: 1, backoff: new ConstantBackoff(60_000) });
        const ours = new RetryPolicy({
          type: 'failure',
          backoff: { type: 'fixed', delayMs: 60_000 },
        });
        const ended: string[] = [];
        const controllers = [theirs, ours].map((policy, i) => {
          const controller = new AbortController();
          policy
            .execute(refused, controller.signal)
            .catch((error: unknown) => ended.push(`${i} ${(error as Error).constructor.name}`));
          return controller;
        });
        await jest.advanceTimersByTimeAsync(1);
        controllers.forEach((controller) => controller.abort());
        await jest.advanceTimersByTimeAsync(1);
        expect(ended).toEqual([`1 ${CancelledError.name}`]);
        await jest.advanceTimersByTimeAsync(60_000);
        expect(ended).toHaveLength(2);
      });

      it('stops when retries are too large a share, where cockatiel multiplies the load', async () => {
        const attempts = [0, 0];
        const theirs = retry(handleAll, { maxAttempts: 2, backoff: new ConstantBackoff(0) });
        const ours = new RetryPolicy({ type: 'failure', maxRetries: 2 });
        for (const [i, policy] of [theirs, ours].entries()) {
          for (let calls = 0; calls < 100; calls += 1) {
            const ended = policy
              .execute(() => {
                attempts[i]! += 1;
                return refused();
              })
              .catch(() => {});
            await jest.runAllTimersAsync();
            await ended;
          }
        }
        expect(attempts[0]).toBe(300);
        expect(attempts[1]).toBeGreaterThan(100);
        expect(attempts[1]).toBeLessThanOrEqual(112);
      });

      it('stops at a deadline, which cockatiel does not know', async () => {
        const attempts = [0, 0];
        const theirs = retry(handleAll, { maxAttempts: 5, backoff: new ConstantBackoff(100) });
        const ours = new RetryPolicy({
          type: 'failure',
          maxRetries: 5,
          backoff: { type: 'fixed', delayMs: 100 },
          deadline: () => performance.now() + 250,
        });
        const done = [theirs, ours].map((policy, i) =>
          policy
            .execute(() => {
              attempts[i]! += 1;
              return refused();
            })
            .catch(() => {}),
        );
        await jest.runAllTimersAsync();
        await Promise.all(done);
        expect(attempts).toEqual([6, 3]);
      });
    },
  );
});
