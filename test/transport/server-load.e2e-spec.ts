import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingCall, ServerTransport } from '@nestjs-thrift/transport';
import { cleanUp } from '#test/cleanup.js';
import { bufferBytes } from '#test/collect-garbage.js';
import { callEcho, serveEcho } from '#test/echo-peers.js';
import { Echo } from '#test/echo-service.js';
import { RawClient, request } from '#test/raw-client.js';
import { REQUEST_HEAD } from '#test/unfinished-messages.js';
import { until } from '#test/until.js';

const echo = Echo.methods['echo']!;

async function open(server: ServerTransport): Promise<RawClient> {
  const client = await RawClient.open(server.address);
  cleanUp(() => client.close());
  return client;
}

function openSocket(server: ServerTransport): Socket {
  const [host, port] = server.address.split(':') as [string, string];
  const socket = connect(Number(port), host);
  socket.on('error', () => undefined);
  cleanUp(() => socket.destroy());
  return socket;
}

describe('ServerTransport under load', () => {
  it('closes a connection whose peer takes no byte of its replies for writeTimeoutMs', async () => {
    const server = await serveEcho(
      { echo: () => 'x'.repeat(8 * 1024 * 1024) },
      { writeTimeoutMs: 100 },
    );
    const socket = openSocket(server);
    socket.pause();
    socket.write(request(echo, { text: '' }));

    await until(() => server.connectionCount === 1);
    await until(() => server.connectionCount === 0);
  });

  it('keeps replies of asynchronous handlers unencoded while the peer takes none', async () => {
    const reply = 'x'.repeat(4 * 1024 * 1024);
    let started = 0;
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const server = await serveEcho(
      {
        echo: async () => {
          started++;
          await finished;
          return reply;
        },
      },
      { writeTimeoutMs: 500 },
    );
    const socket = openSocket(server);
    socket.pause();
    for (let sequenceId = 1; sequenceId <= 100; sequenceId++) {
      const shape = { transport: 'TTHeader', flags: 1, sequenceId } as const;
      socket.write(request(echo, { text: '' }, shape));
    }
    await until(() => started === 100);
    const before = process.memoryUsage().arrayBuffers;
    finish();
    await new Promise((resolve) => setImmediate(resolve));

    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
    await until(() => server.connectionCount === 0);
    await until(() => server.inFlightCount === 0);
  });

  it('delivers postponed replies once the peer reads', async () => {
    const server = await serveEcho({
      echo: async ({ text }) => `${text as string}${'x'.repeat(1e6)}`,
    });
    const client = await open(server);
    client.socket.pause();
    for (let sequenceId = 1; sequenceId <= 20; sequenceId++) {
      const shape = { transport: 'TTHeader', flags: 1, sequenceId } as const;
      client.send(request(echo, { text: `${sequenceId}` }, shape));
    }
    await until(() => server.inFlightCount > 0);
    client.socket.resume();
    const seen = new Set<number>();
    for (let count = 0; count < 20; count++) {
      seen.add((await client.receive(echo)).sequenceId);
    }

    expect(seen.size).toBe(20);
  });

  it('fails only the call whose reply is larger than maxFrameBytes', async () => {
    const server = await serveEcho(
      { echo: ({ text }) => (text === 'large' ? 'x'.repeat(2_000) : text) },
      { maxFrameBytes: 1_000 },
    );
    const { echo: client } = callEcho(server.address, { connection: { mode: 'mux' } });
    const outcomes = await Promise.allSettled([client.echo('large'), client.echo('small')]);

    expect(outcomes).toMatchObject([
      {
        status: 'rejected',
        reason: {
          message: expect.stringMatching(/reply of \d+ bytes, at most 1000 are sent/) as string,
        },
      },
      { status: 'fulfilled', value: 'small' },
    ]);
  });

  it('fails only the call whose request is larger than maxFrameBytes of the server', async () => {
    const server = await serveEcho({}, { maxFrameBytes: 1_000 });
    const { echo: client, transport } = callEcho(server.address, { connection: { mode: 'mux' } });
    const outcomes = await Promise.allSettled([
      client.echo('x'.repeat(100_000)),
      client.echo('small'),
    ]);

    expect(outcomes).toMatchObject([
      {
        status: 'rejected',
        reason: {
          message: expect.stringMatching(
            /request of \d+ bytes, at most 1000 are accepted/,
          ) as string,
        },
      },
      { status: 'fulfilled', value: 'small' },
    ]);
    expect(transport.stats().get(server.address)).toMatchObject({ opened: 1 });
  });

  it.each([
    [
      'request',
      'x'.repeat(2_000),
      /was not sent: its request has \d+ bytes, at most 1000 are sent/,
    ],
    ['reply', 'grow', /has \d+ bytes, at most 1000 are accepted/],
  ])(
    'a client fails only the call whose %s is larger than its maxFrameBytes',
    async (_kind, text, message) => {
      const server = await serveEcho({
        echo: (args) => (args['text'] === 'grow' ? 'x'.repeat(2_000) : args['text']),
      });
      const { echo: client } = callEcho(server.address, {
        connection: { mode: 'mux' },
        maxFrameBytes: 1_000,
      });
      const outcomes = await Promise.allSettled([client.echo(text), client.echo('small')]);

      expect(outcomes).toMatchObject([
        {
          status: 'rejected',
          reason: { code: 'MESSAGE_TOO_LARGE', message: expect.stringMatching(message) as string },
        },
        { status: 'fulfilled', value: 'small' },
      ]);
    },
  );

  it('bounds the bytes of unfinished messages over all connections, and serves others', async () => {
    const limit = 4 * 1024 * 1024;
    const server = await serveEcho({}, { maxReceiveBytes: limit });
    const before = bufferBytes();
    for (let count = 0; count < 10; count++) {
      const socket = openSocket(server);
      socket.write(Buffer.concat([REQUEST_HEAD, Buffer.alloc(4 * 1024 * 1024)]));
    }
    await until(() => server.connectionCount === 10);
    const { echo: neighbour } = callEcho(server.address);
    for (let count = 0; count < 50; count++) {
      await expect(neighbour.echo('ordinary')).resolves.toBe('ordinary');
    }
    // Sockets of this process hold what they could not send, so the count is of the whole: 40 MiB were sent.
    expect(bufferBytes() - before).toBeLessThan(60 * 1024 * 1024);
  });

  it('lets a large message finish although others hold the budget', async () => {
    const server = await serveEcho({}, { maxReceiveBytes: 1024 * 1024, readTimeoutMs: 300 });
    for (let count = 0; count < 4; count++) {
      openSocket(server).write(Buffer.concat([REQUEST_HEAD, Buffer.alloc(600_000)]));
    }
    await until(() => server.connectionCount === 4);
    const { echo: client } = callEcho(server.address);
    const text = 'x'.repeat(900_000);

    await expect(client.echo(text)).resolves.toBe(text);
  });

  it('answers a caller that has ended its side, when its handler ends within three seconds', async () => {
    const server = await serveEcho({ echo: async ({ text }) => (await sleep(300), text) });
    const socket = openSocket(server);
    socket.end(request(echo, { text: 'late' }));

    const [reply] = (await once(socket, 'data')) as [Buffer];
    expect(reply.includes('late')).toBe(true);
  });

  it('destroys the connection of a caller that left, three seconds later, though its handler hangs', async () => {
    const server = await serveEcho({ echo: () => new Promise(() => undefined) });
    const socket = openSocket(server);
    socket.write(request(echo, { text: '' }));
    await until(() => server.inFlightCount === 1);
    socket.destroy();
    const leftAt = performance.now();

    await until(() => server.connectionCount === 0);
    expect(performance.now() - leftAt).toBeGreaterThan(2_900);
  });

  it('destroys a half-closed connection whose handler does not end', async () => {
    let call: IncomingCall | undefined;
    const server = await serveEcho(
      {
        echo: (_args, incoming) => {
          call = incoming;
          return new Promise(() => undefined);
        },
      },
      { idleTimeoutMs: 100 },
    );
    const socket = openSocket(server);
    socket.end(request(echo, { text: '' }));
    await until(() => call !== undefined);

    await until(() => server.connectionCount === 0);
    expect(call!.signal.aborted).toBe(true);
  });
});
