import { CallContext, ContextKey } from './call-context.js';

const TENANT = new ContextKey<string>('tenant');
const ATTEMPTS = new ContextKey<number>('attempts');

describe('CallContext', () => {
  it('returns the value that was set under a key, and nothing for the other keys', () => {
    const context = new CallContext();
    expect(context.get(TENANT)).toBeUndefined();
    context.set(ATTEMPTS, 2);
    expect(context.get(TENANT)).toBeUndefined();
    expect(context.get(ATTEMPTS)).toBe(2);
    context.set(ATTEMPTS, 3);
    expect(context.get(ATTEMPTS)).toBe(3);
  });

  it('keeps keys of one name apart', () => {
    const context = new CallContext();
    context.set(TENANT, 'a');
    expect(context.get(new ContextKey<string>('tenant'))).toBeUndefined();
  });

  it('copies its values for a context that then lives by itself', () => {
    const context = new CallContext();
    context.set(TENANT, 'a');
    const copy = context.copy();
    copy.set(ATTEMPTS, 1);
    context.set(TENANT, 'b');
    expect(copy.get(TENANT)).toBe('a');
    expect(context.get(ATTEMPTS)).toBeUndefined();
    expect(new CallContext().copy().get(TENANT)).toBeUndefined();
  });

  it('is typed by its keys', () => {
    const context = new CallContext();
    // @ts-expect-error a key of texts takes no number
    context.set(TENANT, 1);
    // @ts-expect-error nor may it pass for a key of something else
    const wrong: ContextKey<number> = TENANT;
    expect(context.get(wrong)).toBe(1);
  });
});
