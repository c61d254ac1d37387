import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  ClientTransport,
  type CallOptions,
  type ClientTransportOptions,
} from '@nestjs-thrift/transport';
import { createCall, requestMethod } from '@nestjs-thrift/transport/internal';
import type { Call } from './calls.js';
import { services } from './definitions.js';

/** How a client reaches a server on this machine. */
export interface OurClientOptions extends Omit<ClientTransportOptions, 'tls'> {
  readonly port: number;
  /** Folder with the certificate of the server. */
  readonly tls?: string;
}

/** A client of this project for all services. */
export interface OurClient {
  readonly call: Call;
  /** The same with options of the call. */
  callWith(
    options: CallOptions,
    service: string,
    method: string,
    args?: Record<string, unknown>,
  ): Promise<unknown>;
  close(): Promise<void>;
}

const CALL_TIMEOUT_MS = 10_000;

/** Makes a client; it connects when it is used. */
export function openClient({ port, tls, ...options }: OurClientOptions): OurClient {
  const secure =
    tls === undefined
      ? {}
      : { tls: { ca: readFileSync(path.join(tls, 'cert.pem')), servername: 'localhost' } };
  const client = new ClientTransport({
    serviceName: 'interop.ours',
    // Two hundred handshakes at once on a busy machine, and npm thrift at work on a megabyte, take their time.
    connectTimeoutMs: 5_000,
    readTimeoutMs: 10_000,
    connection: { mode: 'long', maxPerAddress: 32 },
    ...options,
    ...secure,
  });
  const callWith: OurClient['callWith'] = (callOptions, serviceName, methodName, args = {}) => {
    const service = services[serviceName]!;
    const method = requestMethod(service, service.methods[methodName]!);
    const timeoutMs = callOptions.timeoutMs ?? CALL_TIMEOUT_MS;
    const options = { address: `127.0.0.1:${port}`, ...callOptions, timeoutMs };
    return client.call(createCall(service, method, args, options));
  };
  return {
    call: (service, method, args) => callWith({}, service, method, args),
    callWith,
    close: () => client.close(),
  };
}

/** Calls a method of a server once. */
export async function callOnce(
  endpoint: string,
  service: string,
  method: string,
): Promise<unknown> {
  const client = openClient({ port: 0, connection: { mode: 'short' } });
  try {
    return await client.callWith({ address: endpoint }, service, method);
  } finally {
    await client.close();
  }
}
