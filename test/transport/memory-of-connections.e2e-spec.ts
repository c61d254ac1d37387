import { connect } from 'node:net';
import {
  ClientTransport,
  createClient,
  type IncomingStream,
  type ObservedConnection,
  type TransportObserver,
} from '@nestjs-thrift/transport';
import { FrameType } from '@nestjs-thrift/transport/wire';
import { serveChat } from '#test/chat-server.js';
import { Chat, type ChatHandlers, type Res } from '#test/chat-service.js';
import { cleanUp } from '#test/cleanup.js';
import { bufferBytes } from '#test/collect-garbage.js';
import { callEcho, serveEcho } from '#test/echo-peers.js';
import { Echo } from '#test/echo-service.js';
import { streamFrame } from '#test/raw-streams.js';
import { serveRaw } from '#test/raw-server.js';
import { FRAME_HEAD, REPLY_HEAD, REQUEST_HEAD } from '#test/unfinished-messages.js';
import { until } from '#test/until.js';

const MIB = 1024 * 1024;
const PART = Buffer.alloc(14 * MIB);

/** Keeps all connections, as an observer may that counts them. */
class Keeper implements TransportObserver {
  readonly connections: ObservedConnection[] = [];
  closed = 0;

  connectionOpened(connection: ObservedConnection): void {
    this.connections.push(connection);
  }

  connectionClosed(): void {
    this.closed++;
  }
}

describe('An idle connection', () => {
  it.each(['long', 'mux'] as const)(
    'keeps no memory of the last message, neither of a client nor of a server (%s)',
    async (mode) => {
      const server = await serveEcho();
      const { echo } = callEcho(server.address, { connection: { mode } });
      await echo.echo('');
      const before = bufferBytes();
      await expect(echo.echo('x'.repeat(8 * MIB))).resolves.toHaveLength(8 * MIB);
      await until(() => bufferBytes() - before < 2 * MIB);
    },
  );
});

describe('An open stream', () => {
  it('keeps no memory of the last message, neither of a client nor of a server', async () => {
    const server = await serveChat();
    const transport = new ClientTransport();
    cleanUp(() => transport.destroy());
    const stream = createClient(Chat, { transport, endpoints: [server.address] }).Talk();
    const messages = stream[Symbol.asyncIterator]();
    await stream.send({ text: '' });
    await messages.next();
    const before = bufferBytes();
    await stream.send({ text: 'x'.repeat(8 * MIB) });
    const { value } = (await messages.next()) as { value: Res };
    expect(value.text).toHaveLength(8 * MIB + 're '.length);
    await until(() => bufferBytes() - before < 2 * MIB);
    stream.cancel();
  });

  it('keeps no memory of the frame that opened it', async () => {
    let opened: IncomingStream | undefined;
    const Talk: ChatHandlers['Talk'] = (_requests, stream) => {
      opened = stream;
      return new Promise(() => undefined);
    };
    const server = await serveChat({ Talk });
    const before = bufferBytes();
    const socket = connect(Number(server.address.split(':').at(-1)), '127.0.0.1');
    cleanUp(() => socket.destroy());
    const strings = { isn: 'Chat', RPC_TRANSIT_tenant: 'a' };
    socket.write(streamFrame({ id: 1, type: FrameType.HEADER, strings, payload: PART }));
    await until(() => opened !== undefined && bufferBytes() - before < 2 * MIB);
    expect(opened!.metadata.get('tenant')).toBe('a');
  });
});

describe('A closed connection', () => {
  it.each([
    ['calls', REPLY_HEAD],
    ['streams', FRAME_HEAD],
  ])('of a client for %s keeps no memory of an unfinished message', async (kind, head) => {
    let hasSent = false;
    const address = await serveRaw((socket) => {
      socket.once('data', () => {
        socket.write(head);
        socket.write(PART, () => (hasSent = true));
      });
    });
    const keeper = new Keeper();
    const transport = new ClientTransport({
      transport: kind === 'calls' ? 'Framed' : 'TTHeaderFramed',
      observers: [keeper],
    });
    cleanUp(() => transport.destroy());
    const before = bufferBytes();
    if (kind === 'calls') {
      void createClient(Echo, { transport, endpoints: [address] })
        .echo('')
        .catch(() => undefined);
    } else {
      const stream = createClient(Chat, { transport, endpoints: [address] }).Down({ text: '' });
      stream[Symbol.asyncIterator]()
        .next()
        .catch(() => undefined);
    }
    await until(() => hasSent && bufferBytes() - before > 10 * MIB);
    transport.destroy();
    await until(() => keeper.closed === 1);
    await until(() => bufferBytes() - before < 2 * MIB);
    expect(keeper.connections).toHaveLength(1);
  });

  it.each([
    ['calls', REQUEST_HEAD],
    ['streams', FRAME_HEAD],
  ])('of a server for %s keeps no memory of an unfinished message', async (kind, head) => {
    const keeper = new Keeper();
    const options = { observers: [keeper], readTimeoutMs: 60_000 };
    const server = await (kind === 'calls' ? serveEcho({}, options) : serveChat({}, options));
    const before = bufferBytes();
    const socket = connect(Number(server.address.split(':').at(-1)), '127.0.0.1');
    cleanUp(() => socket.destroy());
    socket.write(head);
    socket.write(PART);
    await until(() => socket.writableLength === 0 && bufferBytes() - before > 10 * MIB);
    socket.destroy();
    await until(() => keeper.closed === 1);
    await until(() => bufferBytes() - before < 2 * MIB);
    expect(keeper.connections).toHaveLength(1);
  });
});
