import type { Middleware } from '@nestjs-thrift/transport';
import { outgoing, scripted } from '../../test/calls.js';
import { createCallChain } from './create-call-chain.js';

describe('createCallChain', () => {
  function recording(log: string[], name: string): Middleware {
    return (next) => (call) => {
      log.push(name);
      return next(call);
    };
  }

  it('is the transport itself when nothing is configured', () => {
    const { endpoint } = scripted(() => 'reply');
    expect(createCallChain(endpoint, {})).toBe(endpoint);
  });

  it('runs the stages in the order of Kitex whatever the order of the options', async () => {
    const log: string[] = [];
    const { endpoint } = scripted(() => 'reply');
    const chain = createCallChain(endpoint, {
      instanceBreaker: recording(log, 'instance breaker'),
      balancing: recording(log, 'balancing'),
      acl: recording(log, 'acl'),
      middlewares: [recording(log, 'user 1'), recording(log, 'user 2')],
      timeout: recording(log, 'timeout'),
      serviceBreaker: recording(log, 'service breaker'),
      retry: recording(log, 'retry'),
      fallback: recording(log, 'fallback'),
      batch: recording(log, 'batch'),
    });
    await expect(chain(outgoing())).resolves.toBe('reply');
    expect(log).toEqual([
      'batch',
      'fallback',
      'retry',
      'service breaker',
      'timeout',
      'user 1',
      'user 2',
      'acl',
      'balancing',
      'instance breaker',
    ]);
  });

  it('builds each middleware once, not per call', async () => {
    let built = 0;
    const chain = createCallChain(scripted(() => 1).endpoint, {
      retry: (next) => {
        built += 1;
        return next;
      },
    });
    await chain(outgoing());
    await chain(outgoing());
    expect(built).toBe(1);
  });

  it('turns what a middleware throws into a rejection that a fallback sees', async () => {
    const chain = createCallChain(scripted(() => 1).endpoint, {
      fallback: (next) => (call) => next(call).catch(() => 'instead'),
      middlewares: [
        () => () => {
          throw new TypeError('a fault of the user');
        },
      ],
    });
    await expect(chain(outgoing())).resolves.toBe('instead');
  });
});
