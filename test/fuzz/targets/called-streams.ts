import { ok } from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { ThriftRpcError } from '@nestjs-thrift/codec';
import { BizStatusError, ClientTransport, createClient } from '@nestjs-thrift/transport';
import { Chat, type ChatClient, Oops } from '#test/chat-service.js';
import { listenOnFreePort } from '#test/ports.js';
import { until } from '#test/until.js';
import type { FuzzTarget } from '../fuzz-target.js';

/** What the server sends on the connection that comes next, before it ends it. */
let output = Buffer.alloc(0);
const sockets = new Set<Socket>();

interface World {
  readonly server: Server;
  readonly transport: ClientTransport;
  readonly client: ChatClient;
}

async function openWorld(): Promise<World> {
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
    socket.once('data', () => socket.end(output));
  });
  const port = await listenOnFreePort(server);
  const transport = new ClientTransport({ streams: { mode: 'mux' }, maxFrameBytes: 64 * 1024 });
  const client = createClient(Chat, { transport, endpoints: [`127.0.0.1:${port}`] });
  return { server, transport, client };
}

let world: Promise<World> | undefined;

/** Frames of a server: streams end, with an error of this project if at all, and nothing of their connection is left. */
export const calledStreams: FuzzTarget = {
  name: 'called-streams',
  async run(input) {
    const { client } = await (world ??= openWorld());
    output = Buffer.from(input);
    const talk = client.Talk();
    await Promise.all(
      [client.Down({ text: 'a' }), talk, client.DownX({ text: 'a' })].map(async (stream) => {
        try {
          for await (const { text } of stream) {
            // A field of default requiredness may be missing.
            ok(text === undefined || typeof text === 'string');
          }
        } catch (error) {
          const known = [ThriftRpcError, BizStatusError, Oops];
          if (!known.some((type) => error instanceof type)) {
            throw error;
          }
        }
        await stream.headers.catch(() => undefined);
        await stream.trailers.catch(() => undefined);
      }),
    );
    await until(() => sockets.size === 0);
  },
  async close() {
    const { server, transport } = await (world ??= openWorld());
    transport.destroy();
    server.close();
  },
};
