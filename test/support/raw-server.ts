import { createServer, type Socket } from 'node:net';
import { cleanUp } from './cleanup.js';
import { listenOnFreePort } from './ports.js';

/**
 * Accepts connections on a free port until the test ends and hands each to the test, which plays a server with it.
 *
 * @returns the address, `host:port`.
 */
export async function serveRaw(connected: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
    connected(socket);
  });
  cleanUp(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  return `127.0.0.1:${await listenOnFreePort(server)}`;
}
