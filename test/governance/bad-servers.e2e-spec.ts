import { setImmediate as turn } from 'node:timers/promises';
import {
  staticResolver,
  type InstanceListener,
  type MethodPolicies,
  type Resolver,
} from '@nestjs-thrift/governance';
import { toInstance } from '@nestjs-thrift/governance/internal';
import { ConnectionLostError, RpcTimeoutError } from '@nestjs-thrift/transport';
import { cleanUp } from '#test/cleanup.js';
import { serveEcho } from '#test/echo-peers.js';
import { refusingAddress } from '#test/ports.js';
import { serveRaw } from '#test/raw-server.js';
import { until } from '#test/until.js';
import { FlappingFront, type Downfall } from './support/flapping-front.js';
import { governEcho, type GovernedEcho } from './support/governed-echo.js';

const never = () => new Promise(() => {});
const persistent: MethodPolicies = {
  timeout: { attemptTimeoutMs: 2_000 },
  retry: {
    type: 'failure',
    maxRetries: 5,
    errorRate: 0.3,
    backoff: { type: 'random', minMs: 1, maxMs: 5 },
    retryErrors: [ConnectionLostError],
  },
};

/** The code of the error a call ends with; `ok` for a reply. */
async function ending(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'ok',
    (error: { code: string }) => error.code,
  );
}

/** Calls again and again from several callers until it is stopped or the test ends; every call must end. */
class Load {
  readonly endings = new Map<string, number>();
  #stopped = false;
  readonly #callers: Promise<void>[];

  constructor({ call }: GovernedEcho, callers: number) {
    this.#callers = Array.from({ length: callers }, async (_, caller) => {
      for (let i = 0; !this.#stopped; i += 1) {
        const how = await ending(call({ text: `${caller}-${i}` }));
        this.endings.set(how, (this.endings.get(how) ?? 0) + 1);
        // An open breaker rejects at once: without a turn its callers would starve the sockets.
        if (how !== 'ok') {
          await turn();
        }
      }
    });
    cleanUp(() => this.stop());
  }

  /** Resolves when the last call has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#callers);
  }
}

/** Nothing of the client is left busy, and nothing of it is open once it was closed. */
async function expectNothingLeaked({ transport }: GovernedEcho, open: () => number): Promise<void> {
  for (const stats of transport.stats().values()) {
    expect(stats).toMatchObject({ active: 0, pending: 0 });
  }
  await transport.close();
  await until(() => open() === 0);
}

describe('servers that are not well', () => {
  describe('one that is slow', () => {
    it.each(['long', 'mux', 'short'] as const)(
      'costs a call its timeout, and its late replies are ignored, in mode %s',
      async (mode) => {
        const late: (() => void)[] = [];
        const slow = await serveEcho({
          echo: ({ text }) => {
            if (text !== 'next') {
              return new Promise((resolve) => late.push(() => resolve(text)));
            }
            late.forEach((answer) => answer());
            return text;
          },
        });
        const client = governEcho(
          {
            resolver: staticResolver([slow.address]),
            policies: { timeout: { attemptTimeoutMs: 100 } },
          },
          { connection: { mode } },
        );
        const calls = Array.from({ length: 20 }, (_, i) => ending(client.call({ text: `${i}` })));
        expect(new Set(await Promise.all(calls))).toEqual(new Set(['RPC_TIMEOUT']));
        await expect(client.call({ text: 'next' }, { attemptTimeoutMs: 20_000 })).resolves.toBe(
          'next',
        );
        await expectNothingLeaked(client, () => slow.connectionCount);
      },
    );

    it('is given more time by the method, and less by the call, than the client says', async () => {
      const answers: (() => void)[] = [];
      const slow = await serveEcho({
        echo: ({ text }) => new Promise((resolve) => answers.push(() => resolve(text))),
      });
      const { call } = governEcho(
        {
          resolver: staticResolver([slow.address]),
          methods: { echo: { timeout: { attemptTimeoutMs: 0, readTimeoutMs: 0 } } },
        },
        { readTimeoutMs: 20 },
      );
      const patient = call({ text: 'patient' });
      const hasty = call({ text: 'hasty' }, { readTimeoutMs: 20 });
      await expect(hasty).rejects.toThrow(/sent nothing for 20 ms/);
      await until(() => answers.length === 2);
      answers.forEach((answer) => answer());
      await expect(patient).resolves.toBe('patient');
    });

    it('gets no attempt any more when the total duration is used up', async () => {
      const slow = await serveEcho({ echo: never });
      const { call } = governEcho({
        resolver: staticResolver([slow.address]),
        policies: {
          timeout: { attemptTimeoutMs: 60 },
          retry: { type: 'failure', maxRetries: 5, maxDurationMs: 50 },
        },
      });
      await expect(call({ text: 'a' })).rejects.toMatchObject({
        code: 'RETRY_EXHAUSTED',
        attempts: 1,
        cause: expect.any(RpcTimeoutError) as unknown,
      });
    });
  });

  describe('one that refuses', () => {
    it('is waited for by retries and called once it is up', async () => {
      const good = await serveEcho();
      const front = new FlappingFront(good.address);
      await front.up();
      await front.down('end');
      const client = governEcho({
        resolver: staticResolver([front.address]),
        // A refused address is dialed again only after its backoff: attempts further apart reach it.
        policies: {
          timeout: { attemptTimeoutMs: 10_000 },
          retry: { type: 'failure', maxRetries: 5, backoff: { type: 'fixed', delayMs: 200 } },
        },
      });
      const failing = client.call({ text: 'a' });
      await until(() => client.events.some((event) => event.type === 'retry'));
      await front.up();
      cleanUp(() => front.down('end'));
      await expect(failing).resolves.toBe('a');
    });

    it('fails a call at once when there is no other instance', async () => {
      const client = governEcho({ resolver: staticResolver([await refusingAddress()]) });
      await expect(ending(client.call({ text: 'a' }))).resolves.toBe('CONNECT_FAILED');
      await expectNothingLeaked(client, () => 0);
    });
  });

  it.each<Downfall>(['reset', 'end'])(
    'one that drops its connection after the request (%s) loses the call',
    async (how) => {
      const address = await serveRaw((socket) => {
        socket.once('data', () => (how === 'reset' ? socket.resetAndDestroy() : socket.destroy()));
      });
      const { call } = governEcho({ resolver: staticResolver([address]) });
      await expect(ending(call({ text: 'a' }))).resolves.toBe('CONNECTION_LOST');
    },
  );

  it('one that talks nonsense fails the call and loses its connection', async () => {
    let open = 0;
    const address = await serveRaw((socket) => {
      open += 1;
      socket.on('close', () => (open -= 1)).on('data', () => socket.write('HTTP/1.1 400 \r\n\r\n'));
    });
    const client = governEcho({ resolver: staticResolver([address]) });
    await expect(client.call({ text: 'a' })).rejects.toThrow('is not a Thrift message');
    await expectNothingLeaked(client, () => open);
  });

  describe.each<Downfall>(['end', 'reset'])('one that flaps (%s)', (how) => {
    it.each(['long', 'mux'] as const)(
      'costs no call while another is well; its breaker opens and closes each time, in mode %s',
      async (mode) => {
        const [behind, good] = [await serveEcho(), await serveEcho()];
        const front = new FlappingFront(behind.address);
        await front.up();
        cleanUp(() => front.down('end'));
        const client = governEcho(
          {
            resolver: staticResolver([front.address, good.address]),
            policies: persistent,
            instanceBreaker: {
              errorRate: 0.001,
              minSamples: 1,
              openDurationMs: 20,
              probeIntervalMs: 1,
            },
          },
          { connection: { mode } },
        );
        const states = () =>
          client.events.filter((event) => event.type === 'breaker').map(({ to }) => to);
        const load = new Load(client, 8);
        for (let round = 1; round <= 4; round += 1) {
          const before = states().length;
          await front.down(how);
          await until(() => states().slice(before).includes('open'));
          const down = states().length;
          await front.up();
          await until(() => states().slice(down).includes('closed'));
        }
        await load.stop();
        expect([...load.endings.keys()]).toEqual(['ok']);
        await expectNothingLeaked(
          client,
          () => front.connections + behind.connectionCount + good.connectionCount,
        );
      },
    );

    it('fails calls at once while its method is broken, and is called again when it is back', async () => {
      const behind = await serveEcho();
      const front = new FlappingFront(behind.address);
      await front.up();
      cleanUp(() => front.down('end'));
      const client = governEcho({
        resolver: staticResolver([front.address]),
        policies: {
          timeout: { attemptTimeoutMs: 2_000 },
          circuitBreaker: { minSamples: 3, errorRate: 0.1, openDurationMs: 20, probeIntervalMs: 1 },
        },
      });
      const load = new Load(client, 4);
      const ended = (code: string) => load.endings.get(code) ?? 0;
      for (let round = 1; round <= 4; round += 1) {
        const refused = ended('CIRCUIT_OPEN');
        await front.down(how);
        await until(() => ended('CIRCUIT_OPEN') > refused);
        await front.up();
        const good = ended('ok');
        await until(() => ended('ok') > good + 10);
        expect(client.governance.breakers()).toMatchObject([{ state: 'closed' }]);
      }
      await load.stop();
      await expectNothingLeaked(client, () => front.connections + behind.connectionCount);
    });
  });

  it('one that discovery takes away keeps neither connections nor a breaker', async () => {
    const [leaving, staying] = [await serveEcho(), await serveEcho()];
    let discovery: InstanceListener | undefined;
    const resolver: Resolver = {
      name: 'test',
      watch: (_service, listener) => {
        discovery = listener;
        listener.update([leaving.address, staying.address].map(toInstance));
        return { close: () => {} };
      },
    };
    const { call, governance, transport } = governEcho({ resolver, instanceBreaker: {} });
    await Promise.all(Array.from({ length: 10 }, (_, i) => call({ text: `${i}` })));
    expect(governance.breakers()).toHaveLength(2);
    discovery?.update([toInstance(staying.address)]);
    expect(governance.breakers()).toMatchObject([{ key: staying.address }]);
    expect([...transport.stats().keys()]).toEqual([staying.address]);
    await until(() => leaving.connectionCount === 0);
    await expect(call({ text: 'still' })).resolves.toBe('still');
  });
});
