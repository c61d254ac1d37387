import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  configuredServerLimits,
  GovernanceFile,
  ServerProtection,
  staticResolver,
} from '@nestjs-thrift/governance';
import { LimitExceededError } from '@nestjs-thrift/transport';
import { cleanUp } from '#test/cleanup.js';
import { serveEcho } from '#test/echo-peers.js';
import { until } from '#test/until.js';
import { governEcho } from './support/governed-echo.js';

describe('limits of a server that change while it runs', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'limits-'));
    cleanUp(() => rm(folder, { recursive: true }));
  });

  async function configured(limit: string): Promise<{
    readonly config: GovernanceFile;
    readonly change: (limit: string) => Promise<void>;
  }> {
    const path = join(folder, 'governance.yaml');
    const write = (text: string) => writeFile(path, `services: { Echo: { limit: { ${text} } } }`);
    await write(limit);
    const config = await GovernanceFile.open(path);
    cleanUp(() => config.close());
    return {
      config,
      change: async (text) => {
        const changed = new Promise((resolve) => config.onChange(resolve));
        await write(text);
        await changed;
      },
    };
  }

  /** Whether the server kept the connection: it answers nothing, so a closed one is seen by its end. */
  async function kept(address: string, open: () => number): Promise<boolean> {
    const before = open();
    const socket: Socket = connect(Number(address.split(':')[1]), '127.0.0.1');
    cleanUp(() => socket.destroy());
    let ended = false;
    socket.on('error', () => {}).on('close', () => (ended = true));
    socket.resume();
    await until(() => ended || open() > before);
    return !ended;
  }

  it('accepts as many connections as the file says', async () => {
    const { config, change } = await configured('connection_limit: 2');
    const protection = new ServerProtection();
    const server = await serveEcho({}, { admit: protection.admit });
    protection.limitConnectionsOf(server);
    protection.follow(configuredServerLimits(config, 'Echo'));
    const another = () => kept(server.address, () => server.connectionCount);
    expect([await another(), await another(), await another()]).toEqual([true, true, false]);
    await change('connection_limit: 3');
    expect([await another(), await another()]).toEqual([true, false]);
    await change('connection_limit: 1');
    expect(await another()).toBe(false);
    expect(server.connectionCount).toBe(3);
    await change('connection_limit: 0');
    expect([await another(), await another()]).toEqual([true, true]);
  });

  it('admits as many requests as the file says', async () => {
    const { config, change } = await configured('concurrency_limit: 1');
    const protection = new ServerProtection();
    const finish: (() => void)[] = [];
    const server = await serveEcho(
      { echo: ({ text }) => new Promise((resolve) => finish.push(() => resolve(text))) },
      { admit: protection.admit, observers: [protection.observer] },
    );
    protection.follow(configuredServerLimits(config, 'Echo'));
    const { call } = governEcho({ resolver: staticResolver([server.address]) });
    const calls = [call({ text: 'a' })];
    await until(() => finish.length === 1);
    await expect(call({ text: 'b' })).rejects.toThrow(
      /rejected by 127.0.0.1:\d+: request over limit: 1 requests are being served;/,
    );
    await change('concurrency_limit: 2');
    calls.push(call({ text: 'c' }));
    await until(() => finish.length === 2);
    finish.forEach((done) => done());
    await expect(Promise.all(calls)).resolves.toEqual(['a', 'c']);
  });
});

describe('a server that is over a limit', () => {
  const retry = { type: 'failure', idempotent: false } as const;
  const circuitBreaker = { minSamples: 1, errorRate: 0.1 };

  it('gets its call sent to another instance, and opens no breaker', async () => {
    const busy = await serveEcho({}, { admit: () => new LimitExceededError('busy') });
    const idle = await serveEcho({ echo: () => 'from the idle instance' });
    const { call, events, governance } = governEcho({
      resolver: staticResolver([busy.address, idle.address]),
      policies: { retry, circuitBreaker },
    });
    for (let count = 0; count < 4; count += 1) {
      await expect(call({ text: 'hello' })).resolves.toBe('from the idle instance');
    }
    const retries = events.filter(({ type }) => type === 'retry');
    expect(retries.length).toBeGreaterThan(0);
    expect(retries).toMatchObject(
      retries.map(() => ({ error: { code: 'LIMIT_EXCEEDED', address: busy.address } })),
    );
    const service = governance.breakers().find(({ scope }) => scope === 'service');
    expect(service).toMatchObject({ state: 'closed', counts: { failures: 0, total: 4 } });
  });

  it('is not ejected if it is the only one', async () => {
    let requests = 0;
    const server = await serveEcho(
      {},
      {
        admit: () => {
          requests += 1;
          return new LimitExceededError('busy');
        },
      },
    );
    const { call } = governEcho({
      resolver: staticResolver([server.address]),
      policies: { retry },
    });
    await expect(call({ text: 'hello' })).rejects.toMatchObject({ address: server.address });
    expect(requests).toBe(1);
  });
});

describe('a server that has as many connections as it accepts', () => {
  it.each(['Framed', 'TTHeaderFramed'] as const)(
    'gets calls over %s sent to another instance, and opens no breaker',
    async (transport) => {
      const full = await serveEcho({}, { maxConnections: 1 });
      const holder = connect(Number(full.address.split(':')[1]), '127.0.0.1');
      cleanUp(() => holder.destroy());
      await until(() => full.connectionCount === 1);
      const idle = await serveEcho({ echo: () => 'from the idle instance' });
      const { call, events, governance } = governEcho(
        {
          resolver: staticResolver([full.address, idle.address]),
          policies: {
            retry: { type: 'failure', idempotent: false },
            circuitBreaker: { minSamples: 1, errorRate: 0.1 },
          },
        },
        { transport },
      );
      for (let count = 0; count < 4; count += 1) {
        await expect(call({ text: 'x'.repeat(100_000) })).resolves.toBe('from the idle instance');
      }
      expect(events.filter(({ type }) => type === 'retry')).not.toEqual([]);
      const service = governance.breakers().find(({ scope }) => scope === 'service');
      expect(service).toMatchObject({ state: 'closed', counts: { failures: 0 } });
    },
  );

  it('tells the caller why, where there is no other instance', async () => {
    const full = await serveEcho({}, { maxConnections: 1 });
    const holder = connect(Number(full.address.split(':')[1]), '127.0.0.1');
    cleanUp(() => holder.destroy());
    await until(() => full.connectionCount === 1);
    const { call } = governEcho({ resolver: staticResolver([full.address]) });
    const error: unknown = await call({ text: 'hello' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LimitExceededError);
    expect(error).toMatchObject({
      address: full.address,
      message: expect.stringContaining('request over limit: too many connections;') as string,
    });
  });
});
