import { equal } from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchema } from '@nestjs-thrift/idl';
import { ServerTransport } from '@nestjs-thrift/transport';
import { MessageReader } from '@nestjs-thrift/transport/wire';
import { until } from '#test/until.js';
import type { FuzzTarget } from '../fuzz-target.js';

/** The service that the recorded messages in the corpus are of. */
const idl = fileURLToPath(new URL('../../interop/vectors/echo.thrift', import.meta.url));
const definition = compileSchema(loadSchema(idl)).service('Echo');

const server = new ServerTransport(
  [
    {
      definition,
      handlers: { echo: ({ req }) => req, ping: () => undefined, fire: () => undefined },
    },
  ],
  { port: 0, host: '127.0.0.1', maxFrameBytes: 1024 * 1024, readTimeoutMs: 1000 },
);
let listening: Promise<void> | undefined;

/**
 * A whole server behind a socket: whatever comes in, what goes out are messages, the connection ends, and nothing of it is left.
 */
export const serverConnection: FuzzTarget = {
  name: 'server-connection',
  async run(input) {
    await (listening ??= server.listen());
    const [host, port] = server.address.split(':');
    const socket = connect({ host: host!, port: Number(port), allowHalfOpen: true });
    socket.end(input);
    const replies = new MessageReader();
    socket.on('data', (chunk: Buffer) => replies.push(chunk));
    // A server that has seen enough resets the connection while bytes are still under way.
    socket.on('error', () => undefined);
    await once(socket, 'close');
    while (replies.next() !== undefined) {}
    await until(() => server.connectionCount === 0);
    equal(server.inFlightCount, 0);
  },
  close: () => server.close({ drainTimeoutMs: 0 }),
};
