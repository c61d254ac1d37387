import { connect, type Socket } from 'node:net';
import { cleanUp } from '#test/cleanup.js';
import { callEcho, serveEcho } from '#test/echo-peers.js';
import { refusingAddress } from '#test/ports.js';
import { serveRaw } from '#test/raw-server.js';
import { until } from '#test/until.js';

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
    const { echo } = callEcho(server.address);
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

  it.each(['long', 'mux'] as const)(
    'sends all oneway calls that it resolves before it closes, in mode %s',
    async (mode) => {
      let received = 0;
      const server = await serveEcho({ fire: () => void received++ });
      const { echo, transport } = callEcho(server.address, { connection: { mode } });
      const text = 'x'.repeat(64 * 1024);
      const calls = Array.from({ length: 100 }, () => echo.fire(text));
      await transport.close();
      await Promise.all(calls);

      await until(() => received === 100);
    },
  );

  it('ends a oneway call at its deadline when the server reads nothing', async () => {
    const address = await serveRaw((socket) => socket.pause());
    const { echo, transport } = callEcho(address, { connection: { mode: 'mux' } });
    const text = 'x'.repeat(4 * 1024 * 1024);
    const calls = Array.from({ length: 8 }, () => echo.fire(text, { timeoutMs: 200 }));
    const outcomes = await Promise.allSettled(calls);
    const codes = outcomes.map((outcome) =>
      outcome.status === 'rejected' ? (outcome.reason as { code: string }).code : 'sent',
    );

    expect(codes).toContain('RPC_TIMEOUT');
    expect(transport.stats().get(address)!.unsentBytes).toBeLessThan(12 * 1024 * 1024);
  });

  it('leaves a connection that takes no bytes for the write timeout', async () => {
    const address = await serveRaw((socket) => socket.pause());
    const { echo } = callEcho(address, { connection: { mode: 'mux' }, writeTimeoutMs: 100 });
    const text = 'x'.repeat(8 * 1024 * 1024);

    await expect(echo.fire(text)).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
      message: expect.stringContaining('took no bytes for 100 ms') as string,
    });
  });

  it('moves a call to another connection when the peer had reset the first one', async () => {
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
    const client = callEcho(front).echo;
    await client.echo('first');
    sockets[0]!.resetAndDestroy();
    // The reset is on its way through the kernel while this turn of the event loop lasts.
    const end = performance.now() + 20;
    while (performance.now() < end) {}

    await expect(client.echo('second')).resolves.toBe('second');
  });

  it('does not dial a refused address for every call', async () => {
    let attempts = 0;
    const { echo } = callEcho(await refusingAddress(), {
      observers: [{ connectionFailed: () => void attempts++ }],
    });
    for (let calls = 0; calls < 1_500; calls += 50) {
      const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => echo.echo('x')));
      expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    }

    expect(attempts).toBeLessThan(200);
  });
});
