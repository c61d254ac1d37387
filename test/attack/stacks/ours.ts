import {
  type CallOptions,
  ClientTransport,
  createClient,
  type ServerTransportOptions,
} from '@nestjs-thrift/transport';
import * as plainServer from '../victims/plain-server.js';
import { Target, type TargetClient } from '../victims/target.js';
import type { StackClient } from './stack.js';

export async function serve(options: ServerTransportOptions = {}): Promise<number> {
  const address = await plainServer.serve(options);
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

/** Calls by turns over pooled Framed connections and over a multiplexed one, all options at their defaults. */
export async function connect(host: string, port: number): Promise<StackClient> {
  const endpoints = [`${host}:${port}`];
  const transports = [
    new ClientTransport({ transport: 'Framed' }),
    new ClientTransport({ connection: { mode: 'mux' } }),
  ];
  const clients = transports.map((transport) => createClient(Target, { transport, endpoints }));
  const optionsOf = (timeoutMs?: number): CallOptions =>
    timeoutMs === undefined ? {} : { timeoutMs };
  let calls = 0;
  const next = (): TargetClient => clients[calls++ % clients.length]!;
  return {
    echo: (text, timeoutMs) => next().echo(text, optionsOf(timeoutMs)),
    note: (payload, timeoutMs) => next().note(payload, { timeoutMs }),
    close: async () => {
      await Promise.all(transports.map((transport) => transport.close()));
    },
  };
}
