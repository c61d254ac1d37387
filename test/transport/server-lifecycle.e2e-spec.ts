import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { jest } from '@jest/globals';
import {
  ServerTransport,
  type CallOutcome,
  type MethodHandler,
  type ServerTransportOptions,
  type TransportObserver,
} from '@nestjs-thrift/transport';
import { authority, clientCertificate, serverCertificate } from '#test/certificates.js';
import { cleanUp } from '#test/cleanup.js';
import { callEcho, serveEcho } from '#test/echo-peers.js';
import { Echo, echoService, Failure } from '#test/echo-service.js';
import { listenOnFreePort } from '#test/ports.js';
import { RawClient, request } from '#test/raw-client.js';
import { until } from '#test/until.js';

const echo = Echo.methods['echo']!;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const canReusePort = major > 22 || (major === 22 && minor >= 12);

/** A thread that connects callers, sends a request from each, sets `sent`, and posts what each has received when all are closed. */
const CALLERS = `
  const { connect } = require('node:net');
  const { parentPort, workerData: { host, port, bytes, count, sent } } = require('node:worker_threads');
  const received = new Array(count).fill('');
  let requests = 0;
  let closed = 0;
  for (let i = 0; i < count; i++) {
    const socket = connect(port, host, () => socket.write(bytes, () => {
      if (++requests === count) {
        Atomics.store(sent, 0, 1);
        Atomics.notify(sent, 0);
      }
    }));
    socket.on('data', (chunk) => (received[i] += chunk.toString('hex')));
    socket.on('error', () => {});
    socket.on('close', () => ++closed === count && parentPort.postMessage(received));
  }
`;

describe('life of a server', () => {
  function create(options: ServerTransportOptions = {}): ServerTransport {
    const where = { port: 0, host: '127.0.0.1' };
    const server = new ServerTransport([echoService()], { ...where, ...options });
    cleanUp(() => server.close({ drainTimeoutMs: 0 }));
    return server;
  }

  async function open(server: ServerTransport): Promise<RawClient> {
    const client = await RawClient.open(server.address);
    cleanUp(() => client.close());
    return client;
  }

  /** A handler that waits, and a switch that lets all waiting ones go. */
  function gate(): { handler: MethodHandler; waiting: () => number; release: () => void } {
    const resolvers: (() => void)[] = [];
    return {
      handler: ({ text }) => new Promise((resolve) => resolvers.push(() => resolve(text))),
      waiting: () => resolvers.length,
      release: () => {
        for (const resolve of resolvers.splice(0)) {
          resolve();
        }
      },
    };
  }

  describe('listening', () => {
    it('tells its state and address', async () => {
      const server = create();
      expect([server.state, server.address]).toEqual(['idle', '']);
      await server.listen();
      expect(server.state).toBe('listening');
      expect(server.address).toMatch(/^127\.0\.0\.1:\d+$/);
      await server.close();
      expect(server.state).toBe('closed');
    });

    it('says which address is taken, and can try again', async () => {
      const other = createServer();
      const port = await listenOnFreePort(other);
      const server = create({ port });
      await expect(server.listen()).rejects.toMatchObject({
        code: 'LISTEN_FAILED',
        message: expect.stringContaining(`cannot listen on 127.0.0.1:${port}: `),
      });
      expect(server.state).toBe('idle');
      other.close();
      await once(other, 'close');
      await server.listen();
      expect(server.address).toBe(`127.0.0.1:${port}`);
    });

    it('does not listen twice, nor after it was closed', async () => {
      const server = await serveEcho();
      await expect(server.listen()).rejects.toMatchObject({ code: 'CLOSED' });
      await server.close();
      await expect(server.listen()).rejects.toMatchObject({ code: 'CLOSED' });
    });

    it.each([
      ['port', -1],
      ['port', 65_536],
      ['maxFrameBytes', 0],
      ['maxFrameBytes', 2 ** 30 + 1],
      ['maxConnections', -1],
      ['maxInFlightPerConnection', 0],
      ['idleTimeoutMs', -1],
      ['readTimeoutMs', -1],
      ['readTimeoutMs', 1.5],
      ['keepAliveMs', NaN],
    ])('refuses %s = %p by name', (name, value) => {
      expect(() => create({ [name]: value })).toThrow(
        new RegExp(`^server\\.${name} must be .*an integer from`),
      );
    });

    it('serves a Unix socket and removes it', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'nestjs-thrift-'));
      const path = join(folder, 'echo.sock');
      const addresses: string[] = [];
      const server = await serveEcho(
        { echo: ({ text }, call) => (addresses.push(call.remoteAddress), text) },
        { path },
      );
      expect(server.address).toBe(`unix:${path}`);
      const { echo: client } = callEcho(server.address);
      await client.echo('');
      expect(addresses).toEqual([`unix:${path}`]);
      await server.close({ drainTimeoutMs: 0 });
      expect(existsSync(path)).toBe(false);
      rmSync(folder, { recursive: true });
    });

    it('serves IPv6 and names it with brackets', async () => {
      const server = await serveEcho({}, { host: '::1' });
      expect(server.address).toMatch(/^\[::1\]:\d+$/);
    });

    (canReusePort ? describe : describe.skip)('where Node can share a port', () => {
      it('shares it between servers', async () => {
        const first = await serveEcho({}, { reusePort: true });
        const second = await serveEcho(
          {},
          { reusePort: true, port: Number(first.address.split(':')[1]) },
        );
        expect(second.address).toBe(first.address);
      });
    });

    (canReusePort ? describe.skip : describe)('where Node cannot share a port', () => {
      it('reports it', async () => {
        const server = create({ reusePort: true });
        await expect(server.listen()).rejects.toMatchObject({
          code: 'NOT_SUPPORTED',
          message: expect.stringContaining('reusePort needs Node.js 22.12'),
        });
        expect(server.state).toBe('idle');
      });
    });
  });

  describe('TLS', () => {
    async function openTls(
      server: ServerTransport,
      options: ConnectionOptions,
    ): Promise<RawClient> {
      const port = Number(server.address.split(':')[1]);
      const socket = connectTls({ port, host: '127.0.0.1', ca: authority, ...options });
      const client = RawClient.over(socket);
      cleanUp(() => client.close());
      await once(socket, 'secureConnect');
      return client;
    }

    it('serves calls, many and large ones too', async () => {
      const server = await serveEcho({}, { tls: serverCertificate });
      const client = await openTls(server, {});
      const texts = Array.from({ length: 300 }, (_, index) => 'x'.repeat(index * 20));
      client.send(Buffer.concat(texts.map((text) => request(echo, { text }))));
      for (const text of texts) {
        expect((await client.receive(echo)).body).toEqual({ success: text });
      }
    });

    it('serves authenticated clients only', async () => {
      const failures: string[] = [];
      const server = await serveEcho(
        {},
        {
          tls: { ...serverCertificate, ca: authority, requestCert: true, rejectUnauthorized: true },
          observers: [
            { connectionFailed: (connection) => void failures.push(connection.side) },
            { connectionOpened: () => void failures.push('opened') },
          ],
        },
      );
      const client = await openTls(server, clientCertificate);
      expect((await client.call(echo, { text: 'mTLS' })).body).toEqual({ success: 'mTLS' });
      const stranger = await openTls(server, {});
      await stranger.closed();
      expect(failures).toEqual(['opened', 'server']);
    });

    it('survives plain text and resets in the middle of a handshake', async () => {
      const server = await serveEcho({}, { tls: serverCertificate, readTimeoutMs: 100 });
      for (const bytes of [request(echo, { text: '' }), Buffer.of(0x16, 3, 1), Buffer.alloc(0)]) {
        const plain = await open(server);
        plain.send(bytes);
        await plain.closed();
        const reset = await open(server);
        reset.send(bytes);
        reset.socket.resetAndDestroy();
      }
      const client = await openTls(server, {});
      expect((await client.call(echo, { text: 'fine' })).body).toEqual({ success: 'fine' });
    });
  });

  describe('limits', () => {
    it('closes connections over the limit that send nothing, and takes new ones when others left', async () => {
      const exceeded: string[] = [];
      const server = await serveEcho(
        {},
        {
          maxConnections: 2,
          observers: [{ limitExceeded: (limit) => void exceeded.push(limit) }],
        },
      );
      const first = await open(server);
      const second = await open(server);
      await first.call(echo, { text: '' });
      await second.call(echo, { text: '' });
      const third = await open(server);
      expect(await third.closed()).toBe(0);
      expect(exceeded).toEqual(['connections']);
      first.close();
      await until(() => server.connectionCount <= 1);
      const fourth = await open(server);
      expect((await fourth.call(echo, { text: 'in' })).body).toEqual({ success: 'in' });
    });

    it('closes a connection that has been idle for too long, not one that is served', async () => {
      const { handler, waiting, release } = gate();
      const server = await serveEcho({ echo: handler }, { idleTimeoutMs: 60 });
      const busy = await open(server);
      busy.send(request(echo, { text: 'slow' }));
      await until(() => waiting() > 0);
      const idle = await open(server);
      expect(await idle.closed()).toBe(0);
      expect(busy.ended).toBe(false);
      release();
      expect((await busy.receive(echo)).body).toEqual({ success: 'slow' });
      await busy.closed();
    });

    it('destroys a connection whose peer does not even take the end', async () => {
      const big = 'x'.repeat(8 * 1024 * 1024);
      const server = await serveEcho({ echo: () => big }, { idleTimeoutMs: 30, readTimeoutMs: 50 });
      const client = await open(server);
      client.socket.pause();
      client.send(request(echo, { text: '' }));
      await until(() => server.connectionCount > 0);
      await until(() => server.connectionCount === 0);
      expect(server.state).toBe('listening');
    });
  });

  describe('closing', () => {
    it('lets a request in flight finish, tells its caller to leave, and takes no new connection', async () => {
      const { handler, waiting, release } = gate();
      const server = await serveEcho({ echo: handler });
      const client = await open(server);
      client.send(request(echo, { text: 'last' }, { transport: 'TTHeaderFramed' }));
      await until(() => waiting() > 0);
      const closed = server.close();
      expect(server.state).toBe('draining');
      // Connections that wait are accepted in these turns.
      await turn();
      await turn();
      await turn();
      const refused = connect(Number(server.address.split(':')[1]), '127.0.0.1');
      const [error] = (await once(refused, 'error')) as [NodeJS.ErrnoException];
      expect(error.code).toBe('ECONNREFUSED');
      release();
      expect(await client.receive(echo)).toMatchObject({
        body: { success: 'last' },
        strings: { crrst: '1' },
      });
      await client.closed();
      await closed;
      expect(server.state).toBe('closed');
      expect(server.connectionCount).toBe(0);
    });

    it('closes idle connections after a moment in which they are still served', async () => {
      const server = await serveEcho();
      const idle = await open(server);
      const late = await open(server);
      await idle.call(echo, { text: '' });
      await late.call(echo, { text: '' });
      const closed = server.close();
      await turn();
      const reply = await late.call(echo, { text: 'late' }, { transport: 'TTHeader' });
      expect(reply).toMatchObject({ body: { success: 'late' }, strings: { crrst: '1' } });
      await late.closed();
      await idle.closed();
      await closed;
    });

    it('sends multiplexing callers the control frame of Kitex', async () => {
      const { handler, waiting, release } = gate();
      const server = await serveEcho({ echo: handler });
      const client = await open(server);
      const received: Buffer[] = [];
      client.socket.on('data', (chunk: Buffer) => received.push(chunk));
      for (const sequenceId of [1, 2]) {
        const shape = { transport: 'TTHeader', flags: 1, sequenceId } as const;
        client.send(request(echo, { text: `${sequenceId}` }, shape));
      }
      await until(() => waiting() >= 2);
      const closed = server.close();
      expect(await client.receive(echo)).toMatchObject({ name: 'none', sequenceId: 0 });
      expect(Buffer.concat(received).toString('hex')).toBe(
        '0000002b100000000000000000040000010001000563727273740001310080010002000000046e6f6e650000000000',
      );
      release();
      for (const sequenceId of [1, 2]) {
        expect(await client.receive(echo)).toMatchObject({ sequenceId, strings: { crrst: '1' } });
      }
      await client.closed();
      await closed;
    });

    it('answers everything that was pipelined before it leaves', async () => {
      const { handler, waiting, release } = gate();
      const server = await serveEcho({ echo: handler });
      const client = await open(server);
      client.send(Buffer.concat(['a', 'b', 'c'].map((text) => request(echo, { text }))));
      await until(() => waiting() > 0);
      const closed = server.close();
      for (const text of ['a', 'b', 'c']) {
        await until(() => waiting() > 0);
        release();
        expect((await client.receive(echo)).body).toEqual({ success: text });
      }
      await closed;
    });

    it('is bounded: what does not finish is cut off', async () => {
      const { handler, waiting } = gate();
      const server = await serveEcho({ echo: handler });
      const client = await open(server);
      client.send(request(echo, { text: '' }));
      await until(() => waiting() > 0);
      const onAbort = jest.fn();
      await server.close({ drainTimeoutMs: 50, onAbort });
      await client.closed();
      expect(onAbort).toHaveBeenCalledWith([
        { service: Echo, method: Echo.methods['echo'], count: 1 },
      ]);
      expect(server.connectionCount).toBe(0);
      expect(server.inFlightCount).toBe(1);
    });

    it('waits for handlers whose callers are gone', async () => {
      const { handler, waiting, release } = gate();
      const server = await serveEcho({ fire: handler });
      const client = await open(server);
      client.send(request(Echo.methods['fire']!, { text: '' }, { type: 4 }));
      await until(() => waiting() > 0);
      client.socket.resetAndDestroy();
      await until(() => server.connectionCount === 0);
      let done = false;
      const closed = server.close().then(() => (done = true));
      for (let round = 0; round < 20; round++) {
        await turn();
      }
      expect(done).toBe(false);
      release();
      await closed;
    });

    it('answers callers whose connections the server has not accepted yet', async () => {
      const server = await serveEcho();
      const bytes = request(echo, { text: 'x' });
      const client = await open(server);
      client.send(bytes);
      const [reply] = (await once(client.socket, 'data')) as [Buffer];
      const [host, port] = server.address.split(':');
      const sent = new Int32Array(new SharedArrayBuffer(4));
      const callers = new Worker(CALLERS, {
        eval: true,
        workerData: { host, port: Number(port), bytes, count: 20, sent },
      });
      cleanUp(() => void callers.terminate());
      const received = once(callers, 'message');
      // The kernel makes the connections; this thread can accept none before the server closes.
      expect(Atomics.wait(sent, 0, 0, 20_000)).toBe('ok');
      await server.close();
      const [replies] = (await received) as [string[]];
      expect(replies).toEqual(Array.from({ length: 20 }, () => reply.toString('hex')));
    });

    it('goes on as before for the drain delay', async () => {
      const server = await serveEcho();
      const client = await open(server);
      const closed = server.close({ drainDelayMs: 100 });
      expect(server.state).toBe('draining');
      const reply = await client.call(echo, { text: 'x' }, { transport: 'TTHeader' });
      expect(reply.strings).toEqual({});
      const late = await open(server);
      expect((await late.call(echo, { text: 'y' })).body).toEqual({ success: 'y' });
      await closed;
      expect(client.ended && late.ended).toBe(true);
    });

    it('is done once, however often it is asked for, and before listening too', async () => {
      const server = await serveEcho();
      const first = server.close();
      expect(server.close()).toBe(first);
      await first;
      server.drain();
      expect(server.state).toBe('closed');
      const never = create();
      await never.close();
      expect(never.state).toBe('closed');
    });

    it('goes on when the options are wrong, and can be closed after that', async () => {
      const server = await serveEcho();
      const wrong = { drainTimeoutMS: 5, drainDelayMs: '3', streamDrainMs: -1, onAbort: true };
      expect(() => server.close(wrong as never)).toThrow(
        new TypeError(
          [
            'unknown option close.drainTimeoutMS; did you mean drainTimeoutMs?',
            'close.drainDelayMs must be milliseconds, an integer from 0 to 2147483647; got the string "3"',
            'close.streamDrainMs must be milliseconds, an integer from 0 to 2147483647; got -1',
            'close.onAbort must be a function; got true',
          ].join('\n'),
        ),
      );
      expect(server.state).toBe('listening');
      await server.close();
      expect(server.state).toBe('closed');
    });

    it('can be drained first and closed later', async () => {
      const server = await serveEcho();
      const client = await open(server);
      await client.call(echo, { text: '' });
      server.drain();
      server.drain();
      expect(server.state).toBe('draining');
      const reply = await client.call(echo, { text: '' }, { transport: 'TTHeader' });
      expect(reply.strings).toEqual({ crrst: '1' });
      await server.close();
    });
  });

  describe('observers', () => {
    it('see connections and requests with their outcome', async () => {
      const events: unknown[] = [];
      const outcome = ({ error, failed, sentBytes, receivedBytes }: CallOutcome): unknown[] => [
        (error as Error | undefined)?.name,
        failed,
        sentBytes > 0,
        receivedBytes,
      ];
      const observer: TransportObserver = {
        connectionOpened: ({ side, address }) => void events.push(['opened', side, address]),
        connectionClosed: () => void events.push(['closed']),
        requestStarted: (call) => {
          events.push(['started', call.method.name]);
          return call.sequenceId;
        },
        aroundHandler: (_call, state, next) => {
          events.push(['around', state]);
          return next();
        },
        requestFinished: (_call, result, state) =>
          void events.push(['finished', state, ...outcome(result)]),
      };
      const results: (() => unknown)[] = [
        () => 'fine',
        () => {
          throw new Failure({ reason: 'declared' });
        },
        () => Promise.reject(new TypeError('broken')),
      ];
      const server = await serveEcho({ echo: () => results.shift()!() }, { observers: [observer] });
      const client = await open(server);
      for (let sequenceId = 1; sequenceId <= 3; sequenceId++) {
        await client.call(echo, { text: '' }, { sequenceId });
      }
      client.close();
      await until(() => server.connectionCount === 0);
      const address = expect.stringMatching(/^127\.0\.0\.1:\d+$/) as unknown;
      const size = request(echo, { text: '' }).length;
      expect(events).toEqual([
        ['opened', 'server', address],
        ['started', 'echo'],
        ['around', 1],
        ['finished', 1, undefined, false, true, size],
        ['started', 'echo'],
        ['around', 2],
        ['finished', 2, 'Failure', false, true, size],
        ['started', 'echo'],
        ['around', 3],
        ['finished', 3, 'TypeError', true, true, size],
        ['closed'],
      ]);
    });
  });
});
