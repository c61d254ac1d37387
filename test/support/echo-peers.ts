import {
  ClientTransport,
  type ClientTransportOptions,
  createClient,
  type MethodHandler,
  ServerTransport,
  type ServerTransportOptions,
} from '@nestjs-thrift/transport';
import { cleanUp } from './cleanup.js';
import { Echo, type EchoClient, echoService } from './echo-service.js';

/** Serves Echo on a free port, or where the options say, until the test ends. */
export async function serveEcho(
  overrides: Readonly<Record<string, MethodHandler>> = {},
  options: ServerTransportOptions = {},
): Promise<ServerTransport> {
  const where = options.path === undefined ? { host: '127.0.0.1', port: 0 } : {};
  const server = new ServerTransport([echoService(overrides)], { ...where, ...options });
  cleanUp(() => server.close({ drainTimeoutMs: 0 }));
  await server.listen();
  return server;
}

/** A client of Echo until the test ends; its calls have no timeout, as machines that run tests can be slow. */
export function callEcho(
  endpoint: string,
  options: ClientTransportOptions = {},
): { echo: EchoClient; transport: ClientTransport } {
  const transport = new ClientTransport(options);
  cleanUp(() => transport.close(0));
  const echo = createClient(Echo, { transport, endpoints: [endpoint], attemptTimeoutMs: 0 });
  return { echo, transport };
}
