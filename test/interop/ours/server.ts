import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  ServerTransport,
  type MethodHandler,
  type ServerTransportOptions,
} from '@nestjs-thrift/transport';
import { exoticHandlers } from './exotic.js';
import { services } from './definitions.js';
import { probeHandlers } from './probe.js';
import { interopHandlers } from './service.js';

/** A running server of this project. */
export interface OurServer {
  readonly port: number;
  readonly address: string;
  close(): Promise<void>;
}

type Handlers = Readonly<Record<string, Readonly<Record<string, MethodHandler>>>>;

/** Serves everything that peers call on a free port. */
export function startOurServer(options: ServerTransportOptions = {}): Promise<OurServer> {
  const handlers = { Interop: interopHandlers(), Exotic: exoticHandlers, Probe: probeHandlers() };
  return startServing(handlers, options);
}

/** Serves services of the IDL, by name, on a free port. */
export async function startServing(
  handlers: Handlers,
  options: ServerTransportOptions = {},
): Promise<OurServer> {
  const served = Object.entries(handlers).map(([name, methods]) => ({
    definition: services[name]!,
    handlers: methods,
  }));
  const server = new ServerTransport(served, { port: 0, host: '127.0.0.1', ...options });
  await server.listen();
  return {
    address: server.address,
    port: Number(server.address.split(':').at(-1)),
    close: () => server.close({ drainTimeoutMs: 3_000 }),
  };
}

/** Options of a server with the certificate in a folder. */
export function serverTls(folder: string): Pick<ServerTransportOptions, 'tls'> {
  const read = (name: string): Buffer => readFileSync(path.join(folder, name));
  return { tls: { cert: read('cert.pem'), key: read('key.pem') } };
}
