import { jest } from '@jest/globals';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import {
  CallContext,
  currentCall,
  type IncomingCall,
  type OutgoingCall,
} from '@nestjs-thrift/transport';
import { callStorage } from '@nestjs-thrift/transport/internal';
import { failing, method, outgoing, scripted } from '../../../test/calls.js';
import { batchStage, type BatchOptions } from './batch-stage.js';

const bulkMethod = method({ name: 'GetUsers' });
const options: BatchOptions = {
  method: 'GetUsers',
  merge: (calls) => ({ ids: calls.map(({ id }) => id) }),
  split: (names: readonly unknown[]) => names,
};
const names = ({ args }: OutgoingCall) => (args['ids'] as number[]).map((id) => `user ${id}`);

function batching(
  over: Partial<BatchOptions> = {},
  answer: (call: OutgoingCall) => unknown = names,
) {
  const bulk = scripted(answer);
  const single = scripted(() => 'single');
  const call = batchStage({ ...options, ...over }, bulkMethod, bulk.endpoint).unary(
    single.endpoint,
  );
  const get = (id: number, more: Partial<OutgoingCall> = {}) =>
    call(outgoing({ args: { id }, ...more }));
  return { bulk: bulk.calls, single: single.calls, get };
}

describe('batchStage', () => {
  it('merges concurrent calls and gives each its own result', async () => {
    const { bulk, get } = batching();
    await expect(Promise.all([get(1), get(2), get(3)])).resolves.toEqual([
      'user 1',
      'user 2',
      'user 3',
    ]);
    expect(bulk).toMatchObject([{ method: { name: 'GetUsers' }, args: { ids: [1, 2, 3] } }]);
  });

  it('does not cache: requests the same key again in a later batch', async () => {
    const { bulk, get } = batching();
    await get(1);
    await get(1);
    expect(bulk).toHaveLength(2);
  });

  it('sends a full batch at once and the rest later', async () => {
    jest.useFakeTimers();
    const { bulk, get } = batching({ maxSize: 2, maxWaitMs: 1_000 });
    const replies = Promise.all([get(1), get(2), get(3)]);
    await jest.advanceTimersByTimeAsync(0);
    expect(bulk.map(({ args }) => args)).toEqual([{ ids: [1, 2] }]);
    await jest.advanceTimersByTimeAsync(1_000);
    jest.useRealTimers();
    await expect(replies).resolves.toHaveLength(3);
    expect(bulk).toHaveLength(2);
  });

  it('sends a full batch once where nothing waits', async () => {
    const { bulk, get } = batching({ maxSize: 2 });
    await Promise.all([get(1), get(2), get(3)]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(bulk.map(({ args }) => args)).toEqual([{ ids: [1, 2] }, { ids: [3] }]);
  });

  it('waits for more calls as long as it may', async () => {
    jest.useFakeTimers();
    const { bulk, get } = batching({ maxWaitMs: 10 });
    const first = get(1);
    await jest.advanceTimersByTimeAsync(9);
    const second = get(2);
    await jest.advanceTimersByTimeAsync(1);
    jest.useRealTimers();
    await Promise.all([first, second]);
    expect(bulk).toHaveLength(1);
  });

  it('fails one call by an error among the results', async () => {
    const missing = new Error('no user 2');
    const { get } = batching({
      split: (found: readonly unknown[]) =>
        found.map((user) => (user === 'user 2' ? missing : user)),
    });
    const [first, second] = await Promise.allSettled([get(1), get(2)]);
    expect(first).toMatchObject({ value: 'user 1' });
    expect(second).toMatchObject({ reason: missing });
  });

  it('fails all calls of a batch that fails', async () => {
    const down = new Error('down');
    const { get } = batching({}, failing(down));
    const outcomes = await Promise.allSettled([get(1), get(2)]);
    expect(outcomes).toMatchObject([{ reason: down }, { reason: down }]);
  });

  it('rejects when split returns another number of results', async () => {
    const { get } = batching({ split: () => [] });
    await expect(get(1)).rejects.toThrow(
      'split of a batch over GetUsers must give 1 results, it gave 0',
    );
  });

  it.each<Partial<OutgoingCall>>([
    { options: { signal: new AbortController().signal } },
    { options: { timeoutMs: 50 } },
    { options: { metadata: { tenant: 'a' } } },
    { options: { context: new CallContext() } },
    { address: 'a:1' },
  ])('does not merge a call that says %j', async (more) => {
    const { bulk, single, get } = batching();
    await expect(get(1, more)).resolves.toBe('single');
    expect(bulk).toHaveLength(0);
    expect(single).toHaveLength(1);
  });

  it('ends at the latest deadline of its callers and belongs to none of their requests', async () => {
    let serving: unknown = 'not called';
    const { bulk, get } = batching({}, (call) => {
      serving = currentCall();
      return names(call);
    });
    const within = (deadline: number, args: FieldValues) =>
      callStorage.run({ call: { deadline } as IncomingCall }, () => get(args['id'] as number));
    await Promise.all([within(5_000, { id: 1 }), within(9_000, { id: 2 })]);
    expect(bulk[0]?.deadline).toBe(9_000);
    expect(serving).toBeUndefined();
  });

  it.each([
    [{ maxSize: 0 }, 'batch.maxSize must be an integer of 1 or more; got 0'],
    [{ maxWaitMs: -1 }, 'batch.maxWaitMs must be milliseconds, an integer from 0 to 60000; got -1'],
  ])('refuses %j', (over, message) => {
    expect(() => batching(over)).toThrow(message);
  });
});
