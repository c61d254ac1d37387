import { Failover, ServerProtection, staticResolver } from '@nestjs-thrift/governance';
import { RemoteError, type MethodHandler } from '@nestjs-thrift/transport';
import { serveEcho } from '#test/echo-peers.js';
import { refusingAddress } from '#test/ports.js';
import { serveRaw } from '#test/raw-server.js';
import { governEcho } from './support/governed-echo.js';

const never: MethodHandler = () => new Promise(() => {});

/** A server that takes connections and resets them. */
const resetting = () => serveRaw((socket) => socket.once('data', () => socket.resetAndDestroy()));

describe('policies over real sockets', () => {
  it('goes past an instance that refuses connections', async () => {
    const good = await serveEcho();
    const { call } = governEcho({
      resolver: staticResolver([await refusingAddress(), good.address]),
    });
    await expect(Promise.all([call({ text: 'a' }), call({ text: 'b' })])).resolves.toEqual([
      'a',
      'b',
    ]);
  });

  it('times out on a server that is slow and retries on another', async () => {
    const [slow, quick] = [await serveEcho({ echo: never }), await serveEcho()];
    const { call } = governEcho({
      resolver: staticResolver([
        { address: slow.address, weight: 100 },
        { address: quick.address, weight: 1 },
      ]),
      // Long enough for the quick server on a busy machine.
      policies: { timeout: { attemptTimeoutMs: 500 }, retry: { type: 'failure' } },
    });
    await expect(call({ text: 'a' })).resolves.toBe('a');
  });

  it('hedges a slow server and takes the first reply', async () => {
    const [slow, quick] = [await serveEcho({ echo: never }), await serveEcho()];
    const { call } = governEcho({
      resolver: staticResolver([
        { address: slow.address, weight: 100 },
        { address: quick.address, weight: 1 },
      ]),
      policies: { retry: { type: 'backup', delayMs: 5 } },
    });
    await expect(call({ text: 'a' })).resolves.toBe('a');
  });

  it('reports a reset as lost, and retries it where told', async () => {
    const address = await resetting();
    const once = governEcho({ resolver: staticResolver([address]) });
    await expect(once.call({ text: 'a' })).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    const good = await serveEcho();
    const { call } = governEcho({
      resolver: staticResolver([
        { address, weight: 100 },
        { address: good.address, weight: 1 },
      ]),
      policies: {
        retry: {
          type: 'failure',
          retryError: (error) => (error as { code?: string }).code === 'CONNECTION_LOST',
        },
      },
    });
    await expect(call({ text: 'b' })).resolves.toBe('b');
  });

  it('opens the breaker of a method that fails, and answers by fallback meanwhile', async () => {
    const server = await serveEcho({
      echo: () => {
        throw new Error('broken');
      },
    });
    const { call, governance } = governEcho({
      resolver: staticResolver([server.address]),
      policies: {
        circuitBreaker: { minSamples: 3 },
        fallback: { on: 'timeout_or_open', answer: () => 'instead' },
      },
    });
    for (let i = 0; i < 3; i += 1) {
      await expect(call({ text: 'a' })).rejects.toBeInstanceOf(RemoteError);
    }
    await expect(call({ text: 'a' })).resolves.toBe('instead');
    expect(governance.breakers()).toMatchObject([{ key: '/Echo/echo', state: 'open' }]);
  });

  it('refuses over a limit and keeps the connection', async () => {
    let finish: (text: string) => void = () => {};
    let reached: () => void = () => {};
    const serving = new Promise<void>((resolve) => (reached = resolve));
    const protection = new ServerProtection({ maxConcurrency: 1 });
    const server = await serveEcho(
      {
        echo: () => {
          reached();
          return new Promise((resolve) => (finish = resolve));
        },
      },
      { admit: protection.admit, observers: [protection.observer] },
    );
    const { call } = governEcho({ resolver: staticResolver([server.address]) });
    const first = call({ text: 'a' });
    await serving;
    await expect(call({ text: 'b' })).rejects.toThrow('request over limit');
    finish('done');
    await expect(first).resolves.toBe('done');
    expect(protection.concurrency).toBe(0);
  });

  it('fails over to the backup group when the primary is gone', async () => {
    const spare = await serveEcho();
    const primary = await serveEcho();
    const failover = new Failover({
      primary: staticResolver([primary.address]),
      backup: staticResolver([spare.address]),
    });
    const { call } = governEcho({
      resolver: failover.resolver,
      middlewares: [failover.middleware],
    });
    await expect(call({ text: 'a' })).resolves.toBe('a');
    await primary.close({ drainTimeoutMs: 0 });
    const switched = new Promise((resolve) => failover.onChange(resolve));
    // Its connection is closed at first, then refused: only the latter says that the group is gone.
    while (
      (await call({ text: 'b' }).catch((error: { code: string }) => error.code)) !==
      'CONNECT_FAILED'
    ) {}
    await expect(switched).resolves.toBe('backup');
    await expect(call({ text: 'c' })).resolves.toBe('c');
  });
});
