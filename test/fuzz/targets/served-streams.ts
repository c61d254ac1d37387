import { equal } from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { ClientTransport, createClient, ServerTransport } from '@nestjs-thrift/transport';
import { StreamFrameReader } from '@nestjs-thrift/transport/wire';
import { Chat, chatHandlers } from '#test/chat-service.js';
import { until } from '#test/until.js';
import type { FuzzTarget } from '../fuzz-target.js';

const server = new ServerTransport([{ definition: Chat, handlers: chatHandlers() }], {
  port: 0,
  host: '127.0.0.1',
  maxFrameBytes: 64 * 1024,
  readTimeoutMs: 1000,
});
const transport = new ClientTransport();

/** A stream on another connection, which must not notice anything. */
async function openNeighbour(): Promise<() => Promise<void>> {
  await server.listen();
  const talk = createClient(Chat, { transport, endpoints: [server.address] }).Talk();
  const answers = talk[Symbol.asyncIterator]();
  return async () => {
    await talk.send({ text: 'a' });
    const { value } = await answers.next();
    equal((value as { text: string }).text, 're a');
  };
}

let neighbour: Promise<() => Promise<void>> | undefined;

/** Whether what came is a frame of a stream; a call is answered in kind. */
function isStreamFrame(bytes: Buffer): boolean {
  return bytes.length >= 8 && bytes.readUInt32BE(4) === 0x1000_0002;
}

/** Frames of a client, behind a socket: what goes out are whole frames, the connection ends, and a stream of another connection goes on. */
export const servedStreams: FuzzTarget = {
  name: 'served-streams',
  async run(input) {
    const works = await (neighbour ??= openNeighbour());
    await works();
    const [host, port] = server.address.split(':');
    const socket = connect({ host: host!, port: Number(port), allowHalfOpen: true });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A server that has seen enough resets the connection while bytes are still under way.
    let isReset = false;
    socket.on('error', () => (isReset = true));
    socket.end(input);
    await once(socket, 'close');
    const output = Buffer.concat(chunks);
    if (isStreamFrame(output)) {
      const reader = new StreamFrameReader(64 * 1024);
      reader.push(output);
      while (reader.next() !== undefined) {}
      equal(reader.hasBytes && !isReset, false);
    }
    await works();
    await until(() => server.connectionCount === 1);
    await until(() => server.inFlightCount === 1);
  },
  async close() {
    transport.destroy();
    await server.close({ drainTimeoutMs: 0 });
  },
};
