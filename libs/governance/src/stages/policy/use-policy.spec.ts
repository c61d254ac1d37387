import * as cockatiel from 'cockatiel';
import * as cockatiel3 from 'cockatiel-3';
import * as cockatiel4 from 'cockatiel-4';
import { failing, outgoing, scripted } from '../../../test/calls.js';
import { usePolicy, type AnyPolicy } from './use-policy.js';

describe.each([
  ['3', cockatiel3],
  ['4', cockatiel4 as unknown as typeof cockatiel3],
])('usePolicy with cockatiel %s', (_version, { bulkhead, fallback, handleAll, retry, wrap }) => {
  /** A bulkhead whose only slot the first call has, until it finishes. */
  function occupiedBulkhead() {
    let finish: (value: string) => void = () => {};
    const { endpoint, calls } = scripted(
      () => new Promise((resolve) => (finish = resolve)),
      () => 'next',
    );
    const call = usePolicy(bulkhead(1, 10))(endpoint);
    const first = call(outgoing());
    return { call, calls, first, finish: (value: string) => finish(value) };
  }

  it('retries a call', async () => {
    const { endpoint, calls } = scripted(failing(new Error('once')), () => 'reply');
    const call = usePolicy(retry(handleAll, { maxAttempts: 2 }))(endpoint);
    await expect(call(outgoing())).resolves.toBe('reply');
    expect(calls).toHaveLength(2);
  });

  it('takes what wrap composes', async () => {
    const policy: AnyPolicy = wrap(fallback(handleAll, 'instead'), bulkhead(1));
    const { endpoint } = scripted(failing(new Error('down')));
    await expect(usePolicy(policy)(endpoint)(outgoing())).resolves.toBe('instead');
  });

  it('refuses calls beyond a bulkhead', async () => {
    let finish: (value: string) => void = () => {};
    const { endpoint } = scripted(() => new Promise((resolve) => (finish = resolve)));
    const call = usePolicy(bulkhead(1))(endpoint);
    const first = call(outgoing());
    await expect(call(outgoing())).rejects.toThrow('Bulkhead capacity exceeded');
    finish('reply');
    await expect(first).resolves.toBe('reply');
  });

  it('ends a call that waits for a slot of a bulkhead at its deadline, and lets in the next', async () => {
    const { call, calls, first, finish } = occupiedBulkhead();
    const late = call(outgoing({ deadline: performance.now() + 20, timeoutMs: 20 }));
    const next = call(outgoing({ deadline: performance.now() + 60_000, timeoutMs: 60_000 }));
    await expect(late).rejects.toMatchObject({
      code: 'RPC_TIMEOUT',
      message: expect.stringContaining('UserService.GetUser waited until its deadline for a slot'),
    });
    finish('reply');
    await expect(first).resolves.toBe('reply');
    await expect(next).resolves.toBe('next');
    expect(calls).toHaveLength(2);
  });

  it('ends a call that waits for a slot of a bulkhead with its signal, and lets in the next', async () => {
    const { call, calls, first, finish } = occupiedBulkhead();
    const caller = new AbortController();
    const cancelled = call(outgoing({ signal: caller.signal }));
    const next = call(outgoing());
    caller.abort(new Error('enough'));
    await expect(cancelled).rejects.toMatchObject({
      code: 'CANCELLED',
      cause: { message: 'enough' },
    });
    finish('reply');
    await expect(first).resolves.toBe('reply');
    await expect(next).resolves.toBe('next');
    expect(calls).toHaveLength(2);
  });

  it('hands the signal of the caller through', async () => {
    const { signal } = new AbortController();
    const { endpoint, calls } = scripted(() => 'reply');
    await usePolicy(bulkhead(1))(endpoint)(outgoing({ signal }));
    expect(calls[0]?.signal).toBeInstanceOf(AbortSignal);
  });
});

describe('usePolicy', () => {
  it('adds no signal to a call that has none, for listening to one costs', async () => {
    const { endpoint, calls } = scripted(() => 'reply');
    await usePolicy(cockatiel.bulkhead(1))(endpoint)(outgoing());
    expect(calls[0]?.signal).toBeUndefined();
  });
});
