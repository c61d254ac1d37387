import { staticResolver } from '@nestjs-thrift/governance';
import { BizStatusError } from '@nestjs-thrift/transport';
import { callStorage, createMethodInvoker } from '@nestjs-thrift/transport/internal';
import { serveEcho } from '#test/echo-peers.js';
import { Echo, Failure } from '#test/echo-service.js';
import { until } from '#test/until.js';
import { echo, governEcho } from './support/governed-echo.js';

const never = () => new Promise(() => {});

describe('attempts as servers see them', () => {
  it('does not send a loser of a backup request that still waits for a connection', async () => {
    const seen: unknown[] = [];
    let free: () => void = () => {};
    const busy = await serveEcho({
      echo: ({ text }) => {
        seen.push(text);
        return new Promise((resolve) => (free = () => resolve(text)));
      },
    });
    const idle = await serveEcho({ echo: ({ text }) => `${String(text)} by the other` });
    const { call, transport } = governEcho(
      {
        resolver: staticResolver([
          { address: busy.address, weight: 100 },
          { address: idle.address, weight: 1 },
        ]),
        policies: { retry: { type: 'backup', delayMs: 5 } },
      },
      { connection: { mode: 'long', maxPerAddress: 1 }, connectTimeoutMs: 30_000 },
    );
    const plain = createMethodInvoker(Echo, echo, (attempt) => transport.call(attempt));
    const first = plain({ text: 'first' }, { address: busy.address });
    await until(() => seen.length === 1);
    await expect(call({ text: 'second' })).resolves.toBe('second by the other');
    expect(transport.stats().get(busy.address)).toMatchObject({ active: 1, pending: 0 });
    free();
    await expect(first).resolves.toBe('first');
    const third = plain({ text: 'third' }, { address: busy.address });
    await until(() => seen.length > 1);
    free();
    await third;
    expect(seen).toEqual(['first', 'third']);
  });

  it('does not repeat calls while a retry of somebody else is served', async () => {
    const marks: (string | undefined)[] = [];
    const leaf = await serveEcho({
      echo: () => {
        marks.push(callStorage.getStore()?.call?.persistentMetadata.get('RetryReq'));
        return never();
      },
    });
    const policies = { timeout: { attemptTimeoutMs: 40 } };
    const toLeaf = governEcho({
      resolver: staticResolver([leaf.address]),
      policies: { ...policies, retry: { type: 'failure', maxRetries: 1 } },
    });
    const middle = await serveEcho({ echo: ({ text }) => toLeaf.call({ text }) });
    const { call } = governEcho({
      resolver: staticResolver([middle.address]),
      policies: { timeout: { attemptTimeoutMs: 5_000 }, retry: { type: 'failure', maxRetries: 1 } },
    });
    await expect(call({ text: 'a' })).rejects.toThrow('internal error');
    expect(marks).toEqual([undefined, '1']);
    marks.splice(0);
    await expect(call({ text: 'b' }, { persistentMetadata: { RetryReq: '1' } })).rejects.toThrow();
    expect(marks).toEqual(['1']);
  });

  it.each([
    ['a declared exception', () => new Failure({ reason: 'no', code: 7 })],
    ['a business status', () => new BizStatusError(1_002, 'no')],
  ])('never repeats %s', async (_what, errorOf) => {
    let served = 0;
    const server = await serveEcho({
      echo: () => {
        served += 1;
        throw errorOf();
      },
    });
    const { call, governance } = governEcho({
      resolver: staticResolver([server.address]),
      policies: {
        circuitBreaker: {},
        retry: { type: 'mixed', delayMs: 10_000, retryError: () => true, retryErrors: [Error] },
      },
    });
    await expect(call({ text: 'a' })).rejects.toEqual(errorOf());
    expect(served).toBe(1);
    expect(governance.breakers()).toMatchObject([{ counts: { successes: 1, total: 1 } }]);
  });

  it('goes to another instance for a retry, or not, as told', async () => {
    const slow = await serveEcho({ echo: never });
    const quick = await serveEcho({ echo: () => 'quick' });
    const instances = [
      { address: slow.address, weight: 1_000 },
      { address: quick.address, weight: 1 },
    ];
    const governed = (retrySameInstance: boolean) =>
      governEcho({
        resolver: staticResolver(instances),
        policies: {
          timeout: { attemptTimeoutMs: 100 },
          retry: { type: 'failure', maxRetries: 1, retrySameInstance },
        },
      });
    await expect(governed(false).call({ text: 'a' })).resolves.toBe('quick');
    await expect(governed(true).call({ text: 'a' })).rejects.toMatchObject({ code: 'RPC_TIMEOUT' });
  });
});
