import { connect, type Socket } from 'node:net';
import { authority, serverCertificate } from '#test/certificates.js';
import { cleanUp } from '#test/cleanup.js';
import { callEcho, serveEcho } from '#test/echo-peers.js';
import { refusingAddress } from '#test/ports.js';
import { serveRaw } from '#test/raw-server.js';
import { until } from '#test/until.js';

const MODES = ['long', 'mux', 'short'] as const;
const LEAVINGS = MODES.flatMap((mode) =>
  (['close', 'removeEndpoint'] as const).map((leaving) => [mode, leaving] as const),
);

describe('ClientTransport', () => {
  it('adds one listener to a signal that many calls share', async () => {
    const warnings: Error[] = [];
    const collect = (warning: Error): unknown => warnings.push(warning);
    process.on('warning', collect);
    cleanUp(() => process.off('warning', collect));
    let finish: (() => void)[] = [];
    const server = await serveEcho({
      echo: ({ text }) => new Promise((resolve) => finish.push(() => resolve(text))),
    });
    const { echo } = callEcho(server.address, { connectTimeoutMs: 30_000 });
    const { signal } = new AbortController();
    const calls = Array.from({ length: 20 }, () => echo.echo('x', { signal }));
    await until(() => finish.length === 20);
    finish.forEach((done) => done());
    finish = [];

    await expect(Promise.all(calls)).resolves.toHaveLength(20);
    expect(warnings).toEqual([]);
  });

  it('cancels all calls that share a signal', async () => {
    const address = await serveRaw(() => undefined);
    const { echo } = callEcho(address, { connection: { mode: 'mux' } });
    const caller = new AbortController();
    const calls = Array.from({ length: 3 }, () => echo.echo('x', { signal: caller.signal }));
    caller.abort();

    for (const call of calls) {
      await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    }
  });

  it('leaves a multiplexed connection whose peer vanished, with timeouts below two seconds', async () => {
    const server = await serveEcho();
    const [host, port] = server.address.split(':') as [string, string];
    let connections = 0;
    const front = await serveRaw((socket) => {
      connections++;
      if (connections > 1) {
        const back = connect(Number(port), host);
        back.on('error', () => undefined);
        socket.pipe(back).pipe(socket);
        cleanUp(() => back.destroy());
      }
    });
    const { echo } = callEcho(front, { connection: { mode: 'mux' } });
    let reply: string | undefined;
    while (reply === undefined) {
      reply = await echo.echo('back', { timeoutMs: 100 }).catch(() => undefined);
    }

    expect(reply).toBe('back');
    expect(connections).toBe(2);
  });

  it.each(LEAVINGS)(
    'sends all oneway calls that it resolves to a server that is busy, in mode %s, before it leaves by %s',
    async (mode, leaving) => {
      let received = 0;
      const server = await serveEcho({ fire: () => void received++ });
      const [host, port] = server.address.split(':') as [string, string];
      const waiting: (() => void)[] = [];
      let isBusy = true;
      const front = await serveRaw((socket) => {
        const back = connect(Number(port), host);
        back.on('error', () => undefined);
        cleanUp(() => back.destroy());
        const read = (): void => void socket.pipe(back).pipe(socket);
        if (isBusy) {
          waiting.push(read);
        } else {
          read();
        }
      });
      const options = { connection: { mode }, connectTimeoutMs: 30_000 };
      const { echo, transport } = callEcho(front, options);
      const text = 'x'.repeat(64 * 1024);
      const calls = Array.from({ length: 20 }, () => echo.fire(text));
      await until(() => waiting.length > 0);
      if (leaving === 'removeEndpoint') {
        transport.removeEndpoint(front);
      }
      const closed = leaving === 'close' ? transport.close() : undefined;
      isBusy = false;
      waiting.forEach((read) => read());
      await closed;
      const outcomes = await Promise.allSettled(calls);
      const resolved = outcomes.filter(({ status }) => status === 'fulfilled').length;

      expect(resolved).toBeGreaterThan(0);
      await until(() => received >= resolved);
    },
  );

  it.each(MODES)('sends all oneway calls over TLS before it closes, in mode %s', async (mode) => {
    let received = 0;
    const handlers = { fire: () => void received++ };
    const server = await serveEcho(handlers, { tls: serverCertificate });
    const { echo, transport } = callEcho(server.address, {
      tls: { ca: authority },
      connection: { mode },
      connectTimeoutMs: 30_000,
    });
    const text = 'x'.repeat(64 * 1024);
    const calls = Array.from({ length: 20 }, () => echo.fire(text));
    await transport.close();
    const outcomes = await Promise.allSettled(calls);
    const resolved = outcomes.filter(({ status }) => status === 'fulfilled').length;

    await until(() => received >= resolved);
  });

  it('loses no oneway call when a reply comes to a connection that it has closed', async () => {
    // More than the peer's side of the connection holds.
    const LARGE = 2 * 1024 * 1024;
    const received: Buffer[] = [];
    const sockets: Socket[] = [];
    const front = await serveRaw((socket) => {
      socket.pause();
      sockets.push(socket);
    });
    const { echo, transport } = callEcho(front, { connection: { mode: 'mux' } });
    const late = echo.echo('late', { timeoutMs: 100 });
    const fired = echo.fire('x'.repeat(LARGE));
    await expect(late).rejects.toMatchObject({ code: 'RPC_TIMEOUT' });
    await fired;
    await transport.close();
    const [socket] = sockets as [Socket];
    // The reply to the first call, which is no longer awaited.
    await new Promise((resolve) => socket.write('late', resolve));
    socket.on('data', (chunk: Buffer) => received.push(chunk)).resume();

    await until(() => Buffer.concat(received).length > LARGE);
  });

  it.each(MODES)(
    'ends a oneway call at its deadline when the server reads nothing, in mode %s',
    async (mode) => {
      const address = await serveRaw((socket) => socket.pause());
      const { echo, transport } = callEcho(address, { connection: { mode }, writeTimeoutMs: 500 });
      const text = 'x'.repeat(4 * 1024 * 1024);
      const calls = Array.from({ length: 8 }, () => echo.fire(text, { timeoutMs: 200 }));
      const outcomes = await Promise.allSettled(calls);
      const codes = outcomes.map((outcome) =>
        outcome.status === 'rejected' ? (outcome.reason as { code: string }).code : 'sent',
      );

      expect(codes).toContain('RPC_TIMEOUT');
      if (mode === 'mux') {
        expect(transport.stats().get(address)!.unsentBytes).toBeLessThan(12 * 1024 * 1024);
      }
      await until(() => transport.stats().get(address)?.unsentBytes === 0);
    },
  );

  it.each(MODES)(
    'leaves a connection that takes no bytes for the write timeout, in mode %s',
    async (mode) => {
      const address = await serveRaw((socket) => socket.pause());
      const { echo } = callEcho(address, { connection: { mode }, writeTimeoutMs: 100 });
      const text = 'x'.repeat(8 * 1024 * 1024);

      await expect(echo.fire(text)).rejects.toMatchObject({
        code: 'CONNECTION_LOST',
        message: expect.stringContaining('took no bytes for 100 ms') as string,
      });
    },
  );

  it.each(['long', 'mux'] as const)(
    'moves a call to another connection when the peer had reset the first one, in mode %s',
    async (mode) => {
      const sockets: Socket[] = [];
      const [host, port] = (await serveEcho()).address.split(':') as [string, string];
      const front = await serveRaw((socket) => {
        sockets.push(socket);
        const back = connect(Number(port), host);
        back.on('error', () => undefined);
        socket.on('data', (chunk) => back.write(chunk));
        back.on('data', (chunk) => socket.write(chunk));
        cleanUp(() => back.destroy());
      });
      const client = callEcho(front, { connection: { mode } }).echo;
      await client.echo('first');
      sockets[0]!.resetAndDestroy();
      // The reset is on its way through the kernel while this turn of the event loop lasts.
      const end = performance.now() + 20;
      while (performance.now() < end) {}

      await expect(client.echo('second')).resolves.toBe('second');
    },
  );

  it.each(MODES)('does not dial a refused address for every call, in mode %s', async (mode) => {
    let attempts = 0;
    const { echo } = callEcho(await refusingAddress(), {
      connection: { mode },
      observers: [{ connectionFailed: () => void attempts++ }],
    });
    for (let calls = 0; calls < 1_500; calls += 50) {
      const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => echo.echo('x')));
      expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    }

    expect(attempts).toBeLessThan(200);
  });
});
