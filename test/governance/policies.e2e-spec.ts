import { createServer, type AddressInfo, type Server } from 'node:net';
import type { MethodDefinition } from '@nestjs-thrift/codec';
import {
  ClientGovernance,
  Failover,
  ServerProtection,
  staticResolver,
  type ClientGovernanceOptions,
} from '@nestjs-thrift/governance';
import {
  ClientTransport,
  RemoteError,
  ServerTransport,
  type MethodHandler,
  type ServerTransportOptions,
} from '@nestjs-thrift/transport';
import { createMethodInvoker, type MethodInvoker } from '@nestjs-thrift/transport/internal';
import { Echo, echoService } from '../transport/support/echo-service.js';

const echo: MethodDefinition = { ...Echo.methods['echo']!, idempotent: true };
const never: MethodHandler = () => new Promise(() => {});

describe('policies over real sockets', () => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) {
      await close();
    }
  });

  async function serve(handler: MethodHandler, options: ServerTransportOptions = {}) {
    const server = new ServerTransport([echoService({ echo: handler })], {
      port: 0,
      host: '127.0.0.1',
      ...options,
    });
    await server.listen();
    closing.push(() => server.close({ exitWaitMs: 0 }));
    return server;
  }

  /** A server that takes connections and resets them. */
  async function resetting(): Promise<string> {
    const server = createServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    return listening(server);
  }

  /** An address where nobody listens. */
  async function refusing(): Promise<string> {
    const server = createServer();
    const address = await listening(server);
    await new Promise((closed) => server.close(closed));
    return address;
  }

  async function listening(server: Server): Promise<string> {
    await new Promise<void>((bound) => server.listen(0, '127.0.0.1', bound));
    closing.push(() => server.close());
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  function governing(options: Omit<ClientGovernanceOptions, 'service'>): {
    readonly governance: ClientGovernance;
    readonly call: MethodInvoker;
  } {
    const transport = new ClientTransport();
    const governance = new ClientGovernance({ service: Echo, ...options });
    closing.push(
      () => transport.close(0),
      () => governance.close(),
    );
    const endpoint = governance.endpoint(echo, (attempt) => transport.call(attempt));
    return { governance, call: createMethodInvoker(Echo, echo, endpoint) };
  }

  it('goes past an instance that refuses connections', async () => {
    const good = await serve(({ text }) => text);
    const { call } = governing({ resolver: staticResolver([await refusing(), good.address]) });
    await expect(Promise.all([call({ text: 'a' }), call({ text: 'b' })])).resolves.toEqual([
      'a',
      'b',
    ]);
  });

  it('times out on a server that is slow and retries on another', async () => {
    const [slow, quick] = [await serve(never), await serve(({ text }) => text)];
    const { call } = governing({
      resolver: staticResolver([
        { address: slow.address, weight: 100 },
        { address: quick.address, weight: 1 },
      ]),
      policies: { timeout: { rpcTimeoutMs: 50 }, retry: { type: 'failure' } },
    });
    await expect(call({ text: 'a' })).resolves.toBe('a');
  });

  it('hedges a slow server and takes the first reply', async () => {
    const [slow, quick] = [await serve(never), await serve(({ text }) => text)];
    const { call } = governing({
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
    const once = governing({ resolver: staticResolver([address]) });
    await expect(once.call({ text: 'a' })).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    const good = await serve(({ text }) => text);
    const { call } = governing({
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
    const server = await serve(() => {
      throw new Error('broken');
    });
    const { call, governance } = governing({
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
    const server = await serve(
      () => {
        reached();
        return new Promise((resolve) => (finish = resolve));
      },
      { admit: protection.admit, observers: [protection.observer] },
    );
    const { call } = governing({ resolver: staticResolver([server.address]) });
    const first = call({ text: 'a' });
    await serving;
    await expect(call({ text: 'b' })).rejects.toThrow('request over limit');
    finish('done');
    await expect(first).resolves.toBe('done');
    expect(protection.concurrency).toBe(0);
  });

  it('fails over to the backup group when the primary is gone', async () => {
    const spare = await serve(({ text }) => text);
    const primary = await serve(({ text }) => text);
    const failover = new Failover({
      primary: staticResolver([primary.address]),
      backup: staticResolver([spare.address]),
    });
    const { call } = governing({ resolver: failover.resolver, middlewares: [failover.middleware] });
    await expect(call({ text: 'a' })).resolves.toBe('a');
    await primary.close({ exitWaitMs: 0 });
    const switched = new Promise((resolve) => failover.onChange(resolve));
    // Its connection is closed at first, then refused: only the latter says that the group is gone.
    while (
      (await call({ text: 'b' }).catch((error: { code: string }) => error.code)) !==
      'CONNECT_FAILED'
    );
    await expect(switched).resolves.toBe('backup');
    await expect(call({ text: 'c' })).resolves.toBe('c');
  });
});
