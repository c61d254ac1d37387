import { unaryMethod } from '#test/methods.js';
import { SayService } from '../../test/say-service.js';
import { CallContext, ContextKey } from './call-context.js';
import { createCall, nextAttempt } from './outgoing-call.js';

const say = unaryMethod(SayService, 'say');
const TENANT = new ContextKey<string>('tenant');

describe('createCall', () => {
  it('keeps the options of the caller as they are', () => {
    const options = { metadata: { shard: '7' }, timeoutMs: 50 };
    const call = createCall(SayService, say, { text: 'x' }, options);
    expect(call.options).toBe(options);
    expect(call).toMatchObject({ timeoutMs: 50, attempt: 0, address: undefined });
    expect(call.deadline).toBeLessThanOrEqual(performance.now() + 50);
  });

  it('gives every call a separate context that starts with the values given', () => {
    const context = new CallContext();
    context.set(TENANT, 'a');
    const [first, second] = [1, 2].map(() => createCall(SayService, say, {}, { context }));
    first!.context.set(TENANT, 'b');
    expect(second!.context.get(TENANT)).toBe('a');
    expect(context.get(TENANT)).toBe('a');
  });
});

describe('nextAttempt', () => {
  it('changes what is given and shares the rest with the attempt before', () => {
    const call = createCall(SayService, say, { text: 'x' }, { timeoutMs: 50, address: 'a:1' });
    const next = nextAttempt(call, { attempt: 1, timeoutMs: 0, address: 'b:1' });
    expect(next).toEqual({ ...call, attempt: 1, timeoutMs: 0, address: 'b:1' });
    expect(next.context).toBe(call.context);
    expect(next.args).toBe(call.args);
  });

  it('makes objects of one shape with createCall, so that property reads stay fast', () => {
    const call = createCall(SayService, say, {});
    expect(Object.keys(nextAttempt(call, { attempt: 1 }))).toEqual(Object.keys(call));
  });
});
