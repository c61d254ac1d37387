import type { Peer } from '../peer.js';

/** Every stack measured, by the name in the report; loaded only in the process that runs it. */
export const PEERS = {
  'thrift without Nest': async () => (await import('./thrift-transport.js')).thriftTransport,
  'thrift without Nest, TTHeaderFramed': async () =>
    (await import('./thrift-transport.js')).thriftTransportTTHeader,
  'thrift without Nest, strings in bulk': async () =>
    (await import('./thrift-transport.js')).thriftTransportBulk,
  'Nest to Nest, with a guard': async () => (await import('./thrift-nest.js')).thriftNestGuarded,
  'Nest to Nest, strings in bulk': async () => (await import('./thrift-nest.js')).thriftNestBulk,
  'Nest to Nest': async () => (await import('./thrift-nest.js')).thriftNest,
  'Nest to Nest, timeout + retry + breaker': async () =>
    (await import('./thrift-nest.js')).thriftNestWithPolicies,
  'Nest to Nest, metrics + tracing': async () =>
    (await import('./thrift-nest.js')).thriftNestObserved,
  '1 method': async () => (await import('./thrift-many-methods.js')).thriftWithMethods(1),
  '200 methods': async () => (await import('./thrift-many-methods.js')).thriftWithMethods(200),
  'Apache thrift': async () => (await import('./apache-thrift.js')).apacheThrift,
  'Nest TCP': async () => (await import('./nest-tcp.js')).nestTcp,
  'Nest gRPC': async () => (await import('./nest-grpc.js')).nestGrpc,
  'grpc-js': async () => (await import('./grpc-js.js')).grpcJs,
  'fastify + undici': async () => (await import('./fastify-undici.js')).fastifyUndici,
  'raw net': async () => (await import('./raw-net.js')).rawNet,
} as const satisfies Record<string, () => Promise<Peer>>;

export type PeerName = keyof typeof PEERS;
