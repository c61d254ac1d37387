import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { ServerContext } from './served-call.js';
import type { ServerConnection } from './server-connection.js';
import { Shutdown } from './shutdown.js';

/** Counts how often all connections are looked at. */
class Connections extends Map<Socket, ServerConnection> {
  looks = 0;

  override values(): ReturnType<Map<Socket, ServerConnection>['values']> {
    this.looks += 1;
    return super.values();
  }
}

it('a shutdown looks at all connections as often, however many of them close', async () => {
  const context = {
    inFlight: 0,
    openStreams: 0,
    streamingConnections: 0,
    router: { unfinished: () => [] },
    unwatched: new Set(),
  } as unknown as ServerContext;
  const connections = new Connections();
  const sockets = new Set<Socket>();
  for (let index = 0; index < 100; index++) {
    const socket = new EventEmitter() as Socket;
    sockets.add(socket);
    connections.set(socket, {} as ServerConnection);
  }
  const shutdown = new Shutdown(context, connections, sockets);
  const done = shutdown.run({ drainTimeoutMs: 60_000, streamDrainMs: 60_000, onAbort: undefined });
  for (const socket of sockets) {
    sockets.delete(socket);
    connections.delete(socket);
    shutdown.check();
  }
  await done;
  expect(connections.looks).toBeLessThan(10);
});
