import { BizStatusError, ConnectError, RpcTimeoutError } from '@nestjs-thrift/transport';
import { CircuitBreakerOpenError, RetryExhaustedError } from '../../errors/errors.js';
import { failing, method, outgoing, scripted } from '../../../test/calls.js';
import { fallbackStage, type FallbackOptions } from './fallback-stage.js';

function calling(options: FallbackOptions, answer: () => unknown, definition = method()) {
  return fallbackStage(options, definition).unary(scripted(answer).endpoint);
}

const late = new RpcTimeoutError(5, 'late');

describe('fallbackStage', () => {
  it('leaves results alone', async () => {
    const call = calling({ answer: () => 'instead' }, () => 'reply');
    await expect(call(outgoing())).resolves.toBe('reply');
  });

  it('answers for every error, business errors included', async () => {
    for (const error of [late, new BizStatusError(1, 'no')]) {
      const call = calling({ answer: (given) => ({ given }) }, failing(error));
      await expect(call(outgoing())).resolves.toEqual({ given: error });
    }
  });

  it.each([
    [late, true],
    [new CircuitBreakerOpenError('service', 'a/b/c'), true],
    [new RetryExhaustedError(2, 'gave up', { cause: late }), true],
    [new ConnectError('a:1', 'refused'), false],
    [new BizStatusError(1, 'no'), false],
  ])('for timeouts and open breakers alone: %s -> %s', async (error, answered) => {
    const call = calling({ on: 'timeout_or_open', answer: () => 'instead' }, failing(error));
    const outcome = await call(outgoing()).catch((given: unknown) => given);
    expect(outcome).toBe(answered ? 'instead' : error);
  });

  it('answers for what a predicate says', async () => {
    const call = calling({ on: (error) => error === late, answer: () => 1 }, failing(late));
    await expect(call(outgoing())).resolves.toBe(1);
  });

  it('gives the caller the error the fallback throws', async () => {
    const other = new Error('translated');
    const call = calling({ answer: failing(other) }, failing(late));
    await expect(call(outgoing())).rejects.toBe(other);
  });

  it('keeps the original error when the fallback has no answer', async () => {
    const call = calling({ answer: () => undefined }, failing(late));
    await expect(call(outgoing())).rejects.toBe(late);
  });

  it('takes no answer for the result of a void method', async () => {
    const nothing = method({ returnsVoid: true });
    const call = calling({ answer: async () => undefined }, failing(late), nothing);
    await expect(call(outgoing({ method: nothing }))).resolves.toBeUndefined();
  });
});
