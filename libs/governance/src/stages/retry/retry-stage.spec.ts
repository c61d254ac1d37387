import { getEventListeners } from 'node:events';
import { jest } from '@jest/globals';
import { EncodeError, ThriftException, ThriftRpcError } from '@nestjs-thrift/codec';
import {
  AccessDeniedError,
  BizStatusError,
  CancelledError,
  ClientClosedError,
  ConnectError,
  ConnectionLostError,
  LimitExceededError,
  RemoteError,
  RpcTimeoutError,
  type IncomingCall,
  type OutgoingCall,
} from '@nestjs-thrift/transport';
import { callStorage } from '@nestjs-thrift/transport/internal';
import { resolveAndBalance } from '../../instances/balancing/resolve-and-balance.js';
import { weightedRoundRobin } from '../../instances/balancing/weighted-round-robin.js';
import { createCallChain } from '../../chain/create-call-chain.js';
import { InstanceDirectory } from '../../instances/discovery/instance-directory.js';
import { staticResolver } from '../../instances/discovery/resolver.js';
import { failing, method, onewayMethod, outgoing, scripted } from '../../../test/calls.js';
import { RetryBudget } from './retry-budget.js';
import { resolveRetryOptions, type RetryOptions } from './retry-options.js';
import { RetryEvents, retryStage, type RetryEvent } from './retry-stage.js';

const late = new RpcTimeoutError(300, 'late');
const idempotent = method({ idempotent: true });
class UserNotFound extends ThriftException {}

function retrying(options: RetryOptions, ...answers: ((call: OutgoingCall) => unknown)[]) {
  const { endpoint, calls } = scripted(...answers);
  const log: RetryEvent[] = [];
  const events = new RetryEvents();
  events.onEvent((event) => log.push(event));
  const call = retryStage(resolveRetryOptions(options), new RetryBudget(), events).unary(endpoint);
  return { calls, call: (over = {}) => call(outgoing({ method: idempotent, ...over })), log };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** Lets timers fire and promises settle until the call has ended. */
async function settled<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> {
  const result = Promise.allSettled([promise]);
  await jest.runAllTimersAsync();
  return (await result)[0];
}

describe('a failure policy', () => {
  it('repeats a timed out call and marks the attempts', async () => {
    const { call, calls, log } = retrying({ type: 'failure' }, failing(late), () => 'reply');
    await expect(call()).resolves.toBe('reply');
    expect(calls.map(({ attempt }) => attempt ?? 0)).toEqual([0, 1]);
    expect(log).toMatchObject([{ type: 'retry', attempt: 1, error: late }]);
  });

  it('gives the error of the last attempt when all are used up', async () => {
    const last = new RpcTimeoutError(300, 'the third');
    const { call, calls, log } = retrying(
      { type: 'failure' },
      failing(late),
      failing(late),
      failing(last),
    );
    await expect(call()).rejects.toBe(last);
    expect(calls).toHaveLength(3);
    expect(log.at(-1)).toMatchObject({ type: 'retry_stop', reason: 'max_retries', attempts: 3 });
  });

  it.each([
    ['a declared exception', new UserNotFound()],
    ['a business status', new BizStatusError(7, 'no such user')],
    ['a cancelled call', new CancelledError('gone')],
    ['a closed client', new ClientClosedError('closed')],
    ['arguments that cannot be encoded', new EncodeError('INVALID_DATA', 'no string')],
    ['a call that an access rule rejected', new AccessDeniedError('not you')],
  ])('never repeats %s, whatever the predicate says', async (_name, error) => {
    const { call, calls } = retrying({ type: 'failure', retryError: () => true }, failing(error));
    await expect(call()).rejects.toBe(error);
    expect(calls).toHaveLength(1);
  });

  it('does not retry other errors by default', async () => {
    const remote = new RemoteError(6, 'internal error');
    const { call, calls } = retrying({ type: 'failure' }, failing(remote));
    await expect(call()).rejects.toBe(remote);
    expect(calls).toHaveLength(1);
  });

  it('repeats a call whose connection was lost', async () => {
    const lost = new ConnectionLostError('a:1', 'reset');
    const { call } = retrying(
      { type: 'failure', retryTimeouts: false },
      failing(lost),
      () => 'reply',
    );
    await expect(call()).resolves.toBe('reply');
  });

  it('repeats errors by class, by predicate and results by predicate', async () => {
    const answers = [
      failing(new ConnectionLostError('a:1', 'reset')),
      failing(new RemoteError(6, 'please try again')),
      () => ({ stale: true }),
      () => ({ stale: false }),
    ];
    const { call } = retrying(
      {
        type: 'failure',
        maxRetries: 3,
        retryErrors: [ConnectionLostError],
        retryError: (error) => error instanceof RemoteError,
        retryResult: (result) => (result as { stale: boolean }).stale,
      },
      ...answers,
    );
    await expect(call()).resolves.toEqual({ stale: false });
  });

  it('can leave timeouts alone', async () => {
    const { call, calls } = retrying({ type: 'failure', retryTimeouts: false }, failing(late));
    await expect(call()).rejects.toBe(late);
    expect(calls).toHaveLength(1);
  });

  describe('of a method that is not idempotent', () => {
    const notIdempotent = { method: method() };

    it.each([
      ['a timeout', late],
      ['a lost connection', new ConnectionLostError('a:1', 'reset')],
      ['an error of the server', new RemoteError(6, 'internal error')],
    ])('does not repeat a call that the server may have carried out: %s', async (_name, error) => {
      const { call, calls } = retrying({ type: 'failure', retryError: () => true }, failing(error));
      await expect(call(notIdempotent)).rejects.toBe(error);
      expect(calls).toHaveLength(1);
    });

    it.each([
      ['CONNECT_FAILED', new ConnectError('a:1', 'refused')],
      ['NOT_SENT', new ThriftRpcError('NOT_SENT', 'the connection was closed before')],
    ])('repeats a call that was never sent: %s', async (_code, error) => {
      const { call } = retrying({ type: 'failure' }, failing(error), () => 'reply');
      await expect(call(notIdempotent)).resolves.toBe('reply');
    });

    it('repeats timeouts when the policy says that it is idempotent', async () => {
      const { call } = retrying(
        { type: 'failure', idempotent: true },
        failing(late),
        () => 'reply',
      );
      await expect(call(notIdempotent)).resolves.toBe('reply');
    });

    it('treats a oneway method alike', async () => {
      const { call, calls } = retrying({ type: 'failure' }, failing(late));
      await expect(call({ method: onewayMethod() })).rejects.toBe(late);
      expect(calls).toHaveLength(1);
    });
  });

  it('waits between attempts', async () => {
    const { call, calls } = retrying(
      { type: 'failure', backoff: { type: 'fixed', delayMs: 40 } },
      failing(late),
      () => 'reply',
    );
    const reply = call();
    await jest.advanceTimersByTimeAsync(39);
    expect(calls).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    await expect(reply).resolves.toBe('reply');
  });

  it('ends a wait when the caller cancels', async () => {
    const { call, calls } = retrying(
      { type: 'failure', backoff: { type: 'fixed', delayMs: 60_000 } },
      failing(late),
    );
    const controller = new AbortController();
    const reply = call({ signal: controller.signal });
    const ended = Promise.allSettled([reply]);
    await jest.advanceTimersByTimeAsync(10);
    controller.abort(new Error('the user left'));
    expect(await ended).toMatchObject([{ reason: { code: 'CANCELLED' } }]);
    expect(calls).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('starts no attempt after the duration of the policy', async () => {
    const { call, calls } = retrying({ type: 'failure', maxRetries: 5, maxDurationMs: 250 }, () => {
      jest.advanceTimersByTime(100);
      throw late;
    });
    await expect(call()).rejects.toMatchObject({
      code: 'RETRY_EXHAUSTED',
      attempts: 3,
      cause: late,
      message: 'gave up after 3 attempts: the 250 ms of the retry policy are used up',
    });
    expect(calls).toHaveLength(3);
  });

  it('starts no attempt that would begin after the deadline of the caller', async () => {
    const { call, calls, log } = retrying(
      { type: 'failure', backoff: { type: 'fixed', delayMs: 50 } },
      failing(late),
    );
    await expect(call({ deadline: performance.now() + 50 })).rejects.toBe(late);
    expect(calls).toHaveLength(1);
    expect(log).toMatchObject([{ type: 'retry_stop', reason: 'deadline' }]);
  });

  describe('while serving a request that is a retry itself', () => {
    const serving = { persistentMetadata: new Map([['RetryReq', '1']]), deadline: Infinity };

    it('repeats nothing', async () => {
      const { call, calls } = retrying({ type: 'failure' }, failing(late));
      await callStorage.run({ call: serving as unknown as IncomingCall }, () =>
        expect(call()).rejects.toBe(late),
      );
      expect(calls).toHaveLength(1);
    });

    it('repeats when the chain stop is off', async () => {
      const { call } = retrying(
        { type: 'failure', chainStop: false },
        failing(late),
        () => 'reply',
      );
      await callStorage.run({ call: serving as unknown as IncomingCall }, () =>
        expect(call()).resolves.toBe('reply'),
      );
    });
  });

  it('stops when retries are more than a tenth of the attempts', async () => {
    const { call, calls, log } = retrying({ type: 'failure' }, failing(late));
    for (let i = 0; i < 100; i += 1) {
      await expect(call()).rejects.toBe(late);
    }
    expect(calls.length).toBeGreaterThan(105);
    expect(calls.length).toBeLessThanOrEqual(112);
    expect(log.at(-1)).toMatchObject({ type: 'retry_stop', reason: 'budget' });
  });

  it.each([
    [false, ['a:1', 'b:1', 'c:1']],
    [true, ['a:1', 'b:1', 'a:1']],
  ])('with retrySameInstance %s goes to %j', async (retrySameInstance, expected) => {
    // An instance of weight 2 is in turn again where plain round robin would never show the difference.
    const weights = retrySameInstance ? { 'a:1': 2, 'b:1': 1 } : { 'a:1': 5, 'b:1': 1, 'c:1': 1 };
    const { endpoint, calls } = scripted(failing(late));
    const directory = new InstanceDirectory({
      service: 'users',
      resolver: staticResolver(
        Object.entries(weights).map(([address, weight]) => ({ address, weight })),
      ),
      balancer: weightedRoundRobin(() => 0),
    });
    const chain = createCallChain(outgoing(), endpoint, {
      retry: retryStage(
        resolveRetryOptions({ type: 'failure', retrySameInstance }),
        new RetryBudget(),
      ),
      balancing: resolveAndBalance(directory),
    });
    await expect(chain(outgoing({ method: idempotent }))).rejects.toBe(late);
    expect(calls.map((call) => call.address)).toEqual(expected);
  });
});

describe('a failure policy, for a server that is over a limit', () => {
  const overLimit = (call: OutgoingCall) => {
    throw new LimitExceededError('request too frequent', { address: call.address });
  };

  function balanced(addresses: readonly string[], options: Partial<RetryOptions> = {}) {
    const { endpoint, calls } = scripted(overLimit, overLimit, () => 'reply');
    const directory = new InstanceDirectory({
      service: 'users',
      resolver: staticResolver(addresses),
      balancer: weightedRoundRobin(() => 0),
    });
    const retry = resolveRetryOptions({ type: 'failure', ...options } as RetryOptions);
    const chain = createCallChain(outgoing(), endpoint, {
      retry: retryStage(retry, new RetryBudget()),
      balancing: resolveAndBalance(directory),
    });
    return { calls, call: (over = {}) => chain(outgoing({ method: method(), ...over })) };
  }

  it('goes to each other instance once, also for a method that is not idempotent', async () => {
    const { call, calls } = balanced(['a:1', 'b:1', 'c:1']);
    await expect(call()).resolves.toBe('reply');
    expect(calls.map(({ address: endpoint }) => endpoint)).toEqual(['a:1', 'b:1', 'c:1']);
  });

  it('ends when every instance has rejected the call', async () => {
    const { call, calls } = balanced(['a:1', 'b:1'], { maxRetries: 5 });
    await expect(call()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED', address: 'b:1' });
    expect(calls).toHaveLength(2);
  });

  it('does not return to the instance that a call names', async () => {
    const { call, calls } = balanced(['a:1', 'b:1']);
    await expect(call({ address: 'c:1' })).rejects.toMatchObject({ address: 'c:1' });
    expect(calls).toHaveLength(1);
  });

  it('returns to the instance if the policy lets it', async () => {
    const { call, calls } = balanced(['a:1'], { retrySameInstance: true });
    await expect(call()).resolves.toBe('reply');
    expect(calls).toHaveLength(3);
  });

  it('returns to the instance of an idempotent method if the policy names the error', async () => {
    const { call } = balanced(['a:1'], { retryErrors: [LimitExceededError] });
    await expect(call({ method: idempotent })).resolves.toBe('reply');
  });
});

/** An answer that comes after a while, unless the attempt is cancelled before. */
function after(ms: number, value: unknown) {
  return ({ signal }: OutgoingCall) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => (value instanceof Error ? reject(value) : resolve(value)), ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(new CancelledError('cancelled'));
      });
    });
}

describe('a backup policy', () => {
  const backup = { type: 'backup', delayMs: 100, maxRetries: 2 } as const;

  it('sends nothing more when the reply is quick', async () => {
    const { call, calls } = retrying(backup, after(99, 'first'));
    expect(await settled(call())).toMatchObject({ value: 'first' });
    expect(calls).toHaveLength(1);
  });

  it('takes the reply of the backup and cancels the first request', async () => {
    const { call, calls } = retrying(backup, after(10_000, 'first'), after(20, 'second'));
    const reply = call();
    await jest.advanceTimersByTimeAsync(120);
    await expect(reply).resolves.toBe('second');
    expect(calls[0]?.signal?.aborted).toBe(true);
    expect(calls.map(({ attempt }) => attempt ?? 0)).toEqual([0, 1]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('sends one request per delay up to its maximum', async () => {
    const { call, calls, log } = retrying(backup, after(1_000, 'slow'));
    const reply = call();
    await jest.advanceTimersByTimeAsync(1_000);
    await expect(reply).resolves.toBe('slow');
    expect(calls).toHaveLength(3);
    expect(log.filter(({ type }) => type === 'retry')).toHaveLength(2);
  });

  it('takes the first end, also when it is an error', async () => {
    const lost = new ConnectionLostError('a:1', 'reset');
    const { call, calls } = retrying(backup, after(500, 'first'), after(20, lost));
    expect(await settled(call())).toMatchObject({ reason: lost });
    expect(calls).toHaveLength(2);
  });

  it('goes to another instance', async () => {
    const { endpoint, calls } = scripted(after(10_000, 'first'), after(1, 'second'));
    const directory = new InstanceDirectory({
      service: 'users',
      resolver: staticResolver([{ address: 'a:1', weight: 9 }, 'b:1']),
      balancer: weightedRoundRobin(() => 0),
    });
    const chain = createCallChain(outgoing(), endpoint, {
      retry: retryStage(resolveRetryOptions(backup), new RetryBudget()),
      balancing: resolveAndBalance(directory),
    });
    await settled(chain(outgoing({ method: idempotent })));
    expect(new Set(calls.map((call) => call.address)).size).toBe(2);
  });

  it('cancels everything when the caller cancels', async () => {
    const { call, calls } = retrying(backup, after(10_000, 'never'));
    const controller = new AbortController();
    const reply = call({ signal: controller.signal });
    await jest.advanceTimersByTimeAsync(150);
    controller.abort();
    await expect(reply).rejects.toBeInstanceOf(CancelledError);
    expect(calls.map(({ signal }) => signal?.aborted)).toEqual([true, true]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('leaves nothing behind on a signal that outlives the call', async () => {
    const { call } = retrying(backup, after(10, 'quick'));
    const { signal } = new AbortController();
    expect(await settled(call({ signal }))).toMatchObject({ value: 'quick' });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('hands a signal that has fired already to its only attempt', async () => {
    const { call, calls } = retrying(backup, failing(new CancelledError('cancelled')));
    await expect(call({ signal: AbortSignal.abort() })).rejects.toBeInstanceOf(CancelledError);
    expect(calls.map(({ signal }) => signal?.aborted)).toEqual([true]);
  });

  it('sends a method that is not idempotent once', async () => {
    const { call, calls } = retrying(backup, after(1_000, 'slow'));
    expect(await settled(call({ method: method() }))).toMatchObject({ value: 'slow' });
    expect(calls).toHaveLength(1);
  });
});

describe('a mixed policy', () => {
  const mixed = { type: 'mixed', delayMs: 100, maxRetries: 2 } as const;

  it('repeats what failed at once and what is late after the delay', async () => {
    const { call, calls } = retrying(
      mixed,
      after(5, late),
      after(10_000, 'slow'),
      after(5, 'third'),
    );
    const reply = call();
    await jest.advanceTimersByTimeAsync(5);
    expect(calls).toHaveLength(2);
    await jest.advanceTimersByTimeAsync(105);
    await expect(reply).resolves.toBe('third');
  });

  it('waits for a success while attempts are in flight', async () => {
    const { call } = retrying({ ...mixed, maxRetries: 1 }, after(150, 'good'), after(10, late));
    const reply = call();
    await jest.advanceTimersByTimeAsync(150);
    await expect(reply).resolves.toBe('good');
  });

  it('waits out the backoff only after a failure', async () => {
    const { call, calls } = retrying(
      { ...mixed, backoff: { type: 'fixed', delayMs: 300 } },
      after(10, late),
      after(1, 'second'),
    );
    const reply = call();
    await jest.advanceTimersByTimeAsync(309);
    expect(calls).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(2);
    await expect(reply).resolves.toBe('second');
  });

  it('gives the last error when every attempt failed', async () => {
    const { call, calls } = retrying(mixed, after(1, late));
    expect(await settled(call())).toMatchObject({ reason: late });
    expect(calls).toHaveLength(3);
  });

  it('of a method that is not idempotent still repeats what was never sent', async () => {
    const refused = new ConnectError('a:1', 'refused');
    const { call, calls } = retrying(mixed, failing(refused), after(1_000, 'slow'));
    expect(await settled(call({ method: method() }))).toMatchObject({ value: 'slow' });
    expect(calls).toHaveLength(2);
  });
});
