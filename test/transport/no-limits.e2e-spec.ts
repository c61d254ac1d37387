import {
  ClientTransport,
  type ClientTransportOptions,
  createClient,
  type IncomingStream,
  type ServerTransportOptions,
  type StreamOptions,
} from '@nestjs-thrift/transport';
import { serveChat } from '#test/chat-server.js';
import { Chat, type ChatClient } from '#test/chat-service.js';
import { cleanUp } from '#test/cleanup.js';
import { callEcho, serveEcho } from '#test/echo-peers.js';
import { Echo } from '#test/echo-service.js';
import { RawClient, request } from '#test/raw-client.js';
import { serveRaw } from '#test/raw-server.js';
import { until } from '#test/until.js';

const { echo } = Echo.methods;

/** What handlers wait for. */
function createGate(): { readonly opened: Promise<void>; open(): void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('0 lifts the limit', () => {
  describe.each(['timeoutMs', 'attemptTimeoutMs', 'readTimeoutMs'])('%s', (name) => {
    /** A client with that limit alone, and a server whose replies wait for the gate. */
    async function start(limitMs: number) {
      const gate = createGate();
      const server = await serveEcho({ echo: async ({ text }) => (await gate.opened, text) });
      const none = { timeoutMs: 0, attemptTimeoutMs: 0, readTimeoutMs: 0 };
      const { readTimeoutMs, ...timeouts } = { ...none, [name]: limitMs };
      const transport = new ClientTransport({ readTimeoutMs });
      cleanUp(() => transport.close(0));
      const client = createClient(Echo, { transport, endpoints: [server.address], ...timeouts });
      return { client, gate };
    }

    it.each([
      ['for a call whose client has one', 20, { [name]: 0 }, {}],
      ['for a client whose call has one', 0, {}, { [name]: 20 }],
    ])('%s', async (_, limitMs, ofUnlimited, ofLimited) => {
      const { client, gate } = await start(limitMs);
      const unlimited = client.echo('in the end', ofUnlimited);
      await expect(client.echo('cut off', ofLimited)).rejects.toMatchObject({
        code: 'RPC_TIMEOUT',
      });
      gate.open();
      await expect(unlimited).resolves.toBe('in the end');
    });
  });

  it.each([
    ['for a call whose client has one', 20, { connectTimeoutMs: 0 }, {}],
    ['for a client whose call has one', 0, {}, { connectTimeoutMs: 20 }],
  ])('connectTimeoutMs, %s', async (_, connectTimeoutMs, ofUnlimited, ofLimited) => {
    const gate = createGate();
    const server = await serveEcho({ echo: async ({ text }) => (await gate.opened, text) });
    const client = callEcho(server.address, {
      connectTimeoutMs,
      connection: { mode: 'long', maxPerAddress: 1 },
    }).echo;
    const first = client.echo('first', { connectTimeoutMs: 0 });
    await until(() => server.inFlightCount === 1);
    const unlimited = client.echo('in the end', ofUnlimited);
    await expect(client.echo('cut off', ofLimited)).rejects.toThrow('in time');
    gate.open();
    await expect(Promise.all([first, unlimited])).resolves.toEqual(['first', 'in the end']);
  });

  it.each<[string, number, StreamOptions, StreamOptions]>([
    ['recvTimeoutMs of a stream', 20, { recvTimeoutMs: 0 }, {}],
    ['firstMessageTimeoutMs of a stream', 20, { firstMessageTimeoutMs: 0 }, {}],
    ['timeoutMs of a stream', 0, { timeoutMs: 0 }, { timeoutMs: 20 }],
    ['streams.recvTimeoutMs of a client', 0, {}, { recvTimeoutMs: 20 }],
  ])('%s', async (_, recvTimeoutMs, ofUnlimited, ofLimited) => {
    const gate = createGate();
    const address = await serveLateMessages(gate.opened);
    const client = callChat(address, { streams: { recvTimeoutMs } });
    const unlimited = firstOf(client.Down({ text: '' }, ofUnlimited));
    await expect(firstOf(client.Down({ text: '' }, ofLimited))).rejects.toMatchObject({
      code: 'RPC_TIMEOUT',
    });
    gate.open();
    await expect(unlimited).resolves.toEqual({ text: 'late' });
  });

  it('streams.maxDurationMs of a server', async () => {
    const gate = createGate();
    const limited = await serveLateMessages(gate.opened, { streams: { maxDurationMs: 20 } });
    const unlimited = await serveLateMessages(gate.opened, { streams: { maxDurationMs: 0 } });
    const late = firstOf(callChat(unlimited).Down({ text: '' }));
    await expect(firstOf(callChat(limited).Down({ text: '' }))).rejects.toThrow();
    gate.open();
    await expect(late).resolves.toEqual({ text: 'late' });
  });

  it('readTimeoutMs of a server', async () => {
    const bytes = request(echo!, { text: 'in the end' });
    const [limited, unlimited] = await openBoth('readTimeoutMs');
    unlimited.send(bytes.subarray(0, 10));
    limited.send(bytes.subarray(0, 10));
    await until(() => limited.ended);
    unlimited.send(bytes.subarray(10));
    expect((await unlimited.receive(echo!)).body).toMatchObject({ success: 'in the end' });
  });

  it('idleTimeoutMs of a server', async () => {
    const [limited, unlimited] = await openBoth('idleTimeoutMs');
    await until(() => limited.ended);
    unlimited.send(request(echo!, { text: 'in the end' }));
    expect((await unlimited.receive(echo!)).body).toMatchObject({ success: 'in the end' });
  });

  it('writeTimeoutMs of a server', async () => {
    const reply = 'x'.repeat(8 * 1024 * 1024);
    const [limited, unlimited] = await openBoth('writeTimeoutMs', { echo: () => reply });
    for (const client of [unlimited, limited]) {
      client.socket.pause();
      client.send(request(echo!, { text: '' }));
    }
    await until(() => limited.server.connectionCount === 1);
    await until(() => limited.server.connectionCount === 0);
    unlimited.socket.resume();
    expect((await unlimited.receive(echo!)).body).toMatchObject({ success: reply });
  });

  it('writeTimeoutMs of a client', async () => {
    const paused: { resume(): unknown }[] = [];
    const address = await serveRaw((socket) => void paused.push(socket.pause()));
    const text = 'x'.repeat(8 * 1024 * 1024);
    const unlimited = callEcho(address, { writeTimeoutMs: 0 }).echo.fire(text);
    await expect(callEcho(address, { writeTimeoutMs: 20 }).echo.fire(text)).rejects.toThrow(
      'took no bytes for 20 ms',
    );
    paused.forEach((socket) => socket.resume());
    await expect(unlimited).resolves.toBeUndefined();
  });
});

/** Connections to two servers: one with a limit of 20 ms, one with 0. */
async function openBoth(
  name: keyof ServerTransportOptions,
  handlers: Parameters<typeof serveEcho>[0] = {},
) {
  const open = async (limitMs: number) => {
    const server = await serveEcho(handlers, { [name]: limitMs });
    const client = await RawClient.open(server.address);
    cleanUp(() => client.socket.destroy());
    return Object.assign(client, { server });
  };
  return Promise.all([open(20), open(0)]);
}

async function serveLateMessages(
  opened: Promise<void>,
  options: ServerTransportOptions = {},
): Promise<string> {
  async function* Down(_request: unknown, { signal }: IncomingStream) {
    const aborted = new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    await Promise.race([opened, aborted]);
    yield { text: 'late' };
  }
  const server = await serveChat({ Down }, options);
  return server.address;
}

function callChat(address: string, options: ClientTransportOptions = {}): ChatClient {
  const transport = new ClientTransport(options);
  cleanUp(() => transport.close(0));
  return createClient(Chat, { transport, endpoints: [address] });
}

async function firstOf(stream: AsyncIterable<unknown>): Promise<unknown> {
  for await (const message of stream) {
    return message;
  }
  return undefined;
}
