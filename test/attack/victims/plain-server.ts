// Runs in a separate process: a server of the transport package, without Nest.
import { ServerTransport, type ServerTransportOptions } from '@nestjs-thrift/transport';
import { Target } from './target.js';
import { type Seen, seen, targetHandlers } from './target-handlers.js';

let server: ServerTransport | undefined;

/** Starts to serve Target; returns the address. */
export async function serve(options: ServerTransportOptions = {}): Promise<string> {
  server = new ServerTransport([{ definition: Target, handlers: targetHandlers }], {
    host: '127.0.0.1',
    port: 0,
    ...options,
  });
  await server.listen();
  return server.address;
}

/** What its handlers have seen so far, and requests in flight. */
export function state(): Seen & { inFlight: number; connections: number } {
  return { ...seen, inFlight: server!.inFlightCount, connections: server!.connectionCount };
}

/** Blocks the event loop, as a computation of a user does. */
export function block(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until) {
    // Nothing else may run.
  }
}
