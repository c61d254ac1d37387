import { callbackError, CallbackError, plainAnswer } from './callback.error.js';

const call = { service: { name: 'Shop' }, method: { name: 'Count' } };

describe('callbackError', () => {
  it('names option, method, cause and the error the function was asked about', () => {
    const cause = new TypeError('x is undefined');
    const failure = new Error('the connection broke');
    const error = callbackError('retryError', call, cause, failure);
    expect(error).toMatchObject({
      code: 'CALLBACK_FAILED',
      option: 'retryError',
      callError: failure,
      cause,
    });
    expect(error.message).toBe(
      'retryError of Shop.Count failed, asked about "Error: the connection broke": TypeError: x is undefined; correct this function of the application',
    );
  });

  it('returns an error that names the inner function as it is', () => {
    const inner = new CallbackError('consistentHash.key', 'Shop.Count', new Error('no key'));
    expect(callbackError('balancer', call, inner)).toBe(inner);
  });
});

describe('plainAnswer', () => {
  it('returns plain values', () => {
    expect([true, undefined, null, 'a'].map(plainAnswer)).toEqual([true, undefined, null, 'a']);
  });

  it('throws for a promise', () => {
    expect(() => plainAnswer(Promise.resolve(true))).toThrow('it returned a promise');
  });
});
