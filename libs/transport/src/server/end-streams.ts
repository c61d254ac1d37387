import type { Socket } from 'node:net';
import { ThriftRpcError } from '@nestjs-thrift/codec';
import type { ServerConnection } from './server-connection.js';

/** Time for callers to take the trailers of streams that are cut off, in milliseconds. */
const TRAILER_MS = 500;

/** Ends streams by their trailers: a connection that just closes looks like a crash to their callers. */
export async function endStreams(
  connections: ReadonlyMap<Socket, ServerConnection>,
): Promise<void> {
  const reason = new ThriftRpcError('CLOSED', 'server is shutting down');
  const closing: Promise<void>[] = [];
  for (const [socket, connection] of connections) {
    if (connection.cutOff(reason)) {
      closing.push(closed(socket));
    }
  }
  if (closing.length === 0) {
    return;
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, TRAILER_MS)));
  await Promise.race([late, Promise.all(closing)]);
  clearTimeout(timer);
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) {
      resolve();
    } else {
      socket.once('close', () => resolve());
    }
  });
}

/** Destroys a socket; resolves when it is closed. */
export function destroyed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    socket.destroy();
  });
}
