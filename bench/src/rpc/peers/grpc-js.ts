import { fileURLToPath } from 'node:url';
import {
  credentials,
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type Client,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { large, medium, small, type PayloadName } from '../../payloads.js';
import { expectSame, type Peer } from '../peer.js';

export const PROTO_PATH = fileURLToPath(new URL('../../../../idl/bench.proto', import.meta.url));
export const PROTO_OPTIONS = { longs: String, keepCase: true };

/** 64-bit integers as decimal strings: the only exact way of the loader. */
export const grpcPayloads = {
  small: small(String),
  medium: medium(String),
  large: large(String),
};

const METHODS: Readonly<Record<PayloadName, string>> = {
  small: 'Small',
  medium: 'Medium',
  large: 'Large',
};

type Unary = (request: unknown, done: (error: Error | null, reply: unknown) => void) => void;

function serviceConstructor(): ServiceClientConstructor {
  const loaded = loadPackageDefinition(loadSync(PROTO_PATH, PROTO_OPTIONS));
  return (loaded.bench as unknown as { Bench: ServiceClientConstructor }).Bench;
}

/** A gRPC client over `connections` channels that do not share sockets. */
export async function connectGrpc(port: number, connections: number) {
  const Bench = serviceConstructor();
  const clients = Array.from(
    { length: connections },
    () =>
      new Bench(`127.0.0.1:${port}`, credentials.createInsecure(), {
        'grpc.use_local_subchannel_pool': 1,
      }) as Client & Record<string, Unary>,
  );
  let next = 0;
  const call = (payload: PayloadName) =>
    new Promise<unknown>((resolve, reject) => {
      clients[next++ % connections]![METHODS[payload]]!(grpcPayloads[payload], (error, reply) =>
        error === null ? resolve(reply) : reject(error),
      );
    });
  return {
    verify: async (payload: PayloadName) => expectSame(await call(payload), grpcPayloads[payload]),
    call,
    async close() {
      for (const client of clients) {
        client.close();
      }
    },
  };
}

/** gRPC without Nest. */
export const grpcJs: Peer = {
  async startServer() {
    const server = new Server();
    const echo = (call: { request: unknown }, done: (error: null, reply: unknown) => void): void =>
      done(null, call.request);
    server.addService(serviceConstructor().service, { Small: echo, Medium: echo, Large: echo });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    return { port, close: async () => server.forceShutdown() };
  },
  connect: (port, kind, connections) => connectGrpc(port, kind === 'shared' ? 1 : connections),
};
