import type { Middleware } from '@nestjs-thrift/transport';
import { onewayMethod, outgoing, scripted, service } from '../../test/calls.js';
import { createCallChain } from './create-call-chain.js';
import type { Stage } from './stage.js';

describe('createCallChain', () => {
  function middleware(log: string[], name: string): Middleware {
    return (next) => (call) => {
      log.push(name);
      return next(call);
    };
  }

  function recording(log: string[], name: string): Stage {
    return { name, unary: middleware(log, name) };
  }

  it('is the transport itself when nothing is configured', () => {
    const { endpoint } = scripted(() => 'reply');
    expect(createCallChain(outgoing(), endpoint, {})).toBe(endpoint);
  });

  it('runs the stages in the order of Kitex whatever the order of the options', async () => {
    const log: string[] = [];
    const { endpoint } = scripted(() => 'reply');
    const chain = createCallChain(outgoing(), endpoint, {
      instanceBreaker: recording(log, 'instance breaker'),
      balancing: recording(log, 'balancing'),
      acl: recording(log, 'acl'),
      middlewares: [middleware(log, 'user 1'), middleware(log, 'user 2')],
      timeout: recording(log, 'timeout'),
      serviceBreaker: recording(log, 'service breaker'),
      retry: recording(log, 'retry'),
      fallback: recording(log, 'fallback'),
      batch: recording(log, 'batch'),
    });
    await expect(chain(outgoing())).resolves.toBe('reply');
    expect(log).toEqual([
      'fallback',
      'retry',
      'service breaker',
      'batch',
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
    const chain = createCallChain(outgoing(), scripted(() => 1).endpoint, {
      retry: {
        name: 'retry',
        unary: (next) => {
          built += 1;
          return next;
        },
      },
    });
    await chain(outgoing());
    await chain(outgoing());
    expect(built).toBe(1);
  });

  it('turns what a middleware throws into a rejection that a fallback sees', async () => {
    const chain = createCallChain(outgoing(), scripted(() => 1).endpoint, {
      fallback: { name: 'fallback', unary: (next) => (call) => next(call).catch(() => 'instead') },
      middlewares: [
        () => () => {
          throw new TypeError('a fault of the user');
        },
      ],
    });
    await expect(chain(outgoing())).resolves.toBe('instead');
  });

  it('fails with the reason of a stage that refuses the kind of the method', () => {
    const fallback: Stage = {
      name: 'fallback',
      unary: () => {
        throw new Error('must not be composed');
      },
      refuses: { oneway: 'a fallback stands in for a reply' },
    };
    expect(() =>
      createCallChain({ service, method: onewayMethod() }, scripted(() => 1).endpoint, {
        fallback,
      }),
    ).toThrow(
      'UserService.Note cannot have the policy fallback: it is oneway, and a fallback stands in for a reply; give this method fallback: false',
    );
  });
});
