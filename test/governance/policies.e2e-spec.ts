import {
  Failover,
  pollingResolver,
  ServerProtection,
  staticResolver,
} from '@nestjs-thrift/governance';
import { RemoteError, RpcTimeoutError, type MethodHandler } from '@nestjs-thrift/transport';
import { serveEcho } from '#test/echo-peers.js';
import { refusingAddress } from '#test/ports.js';
import { serveRaw } from '#test/raw-server.js';
import { until } from '#test/until.js';
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

  describe('failover', () => {
    const states = (failover: Failover): string[] => {
      const seen: string[] = [];
      failover.onChange((state) => seen.push(state));
      return seen;
    };

    it('repeats the very call that finds the primary gone on the backup', async () => {
      const spare = await serveEcho({ echo: () => 'from the backup' });
      const failover = new Failover({
        primary: staticResolver([await refusingAddress()]),
        backup: staticResolver([spare.address]),
      });
      const seen = states(failover);
      const { call } = governEcho({ failover });
      await expect(call({ text: 'a' })).resolves.toBe('from the backup');
      expect(seen).toEqual(['backup']);
    });

    it.each<[string, MethodHandler, (error: unknown) => boolean]>([
      ['hangs', () => new Promise(() => {}), (error) => error instanceof RpcTimeoutError],
      [
        'answers with errors',
        () => {
          throw new Error('broken');
        },
        (error) => error instanceof RemoteError,
      ],
    ])(
      'repeats a call to a primary that %s if a predicate returns true',
      async (_how, echo, isDead) => {
        const primary = await serveEcho({ echo });
        const spare = await serveEcho({ echo: () => 'from the backup' });
        const failover = new Failover({
          primary: staticResolver([primary.address]),
          backup: staticResolver([spare.address]),
          isDead,
        });
        const { call } = governEcho({
          failover,
          policies: { timeout: { attemptTimeoutMs: 300 } },
        });
        await expect(call({ text: 'a' })).resolves.toBe('from the backup');
        const careful = new Failover({
          primary: staticResolver([primary.address]),
          backup: staticResolver([spare.address]),
          isDead,
          idempotent: false,
        });
        const seen = states(careful);
        const other = governEcho({
          failover: careful,
          policies: { timeout: { attemptTimeoutMs: 300 } },
        });
        // The dead instance may have carried it out: only the next call goes to the backup.
        await expect(other.call({ text: 'a' })).rejects.toThrow();
        expect(seen).toEqual(['backup']);
        await expect(other.call({ text: 'b' })).resolves.toBe('from the backup');
      },
    );

    it('calls the backup while discovery of the primary fails', async () => {
      const spare = await serveEcho({ echo: () => 'from the backup' });
      const failover = new Failover({
        primary: pollingResolver('failing', () => Promise.reject(new Error('registry is down'))),
        backup: staticResolver([spare.address]),
      });
      const { call } = governEcho({ failover });
      await expect(call({ text: 'a' })).resolves.toBe('from the backup');
    });

    it('returns to the primary when its checks are good again', async () => {
      const primary = await serveEcho({ echo: () => 'from the primary' });
      const spare = await serveEcho({ echo: () => 'from the backup' });
      const { address } = primary;
      const failover = new Failover({
        primary: staticResolver([address]),
        backup: staticResolver([spare.address]),
        isDead: () => true,
        intervalMs: 20,
      });
      const seen = states(failover);
      const { call } = governEcho({ failover });
      await expect(call({ text: 'a' })).resolves.toBe('from the primary');
      await primary.close({ drainTimeoutMs: 0 });
      await until(async () => (await call({ text: 'b' })) === 'from the backup');
      await serveEcho({ echo: () => 'from the primary' }, { port: Number(address.split(':')[1]) });
      await until(async () => (await call({ text: 'c' })) === 'from the primary');
      expect(seen).toEqual(['backup', 'primary']);
    });
  });
});
