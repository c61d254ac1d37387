import type { StreamPeer } from '../peer.js';

/** The stacks in Node, each loaded by the processes that need it alone. */
export const STREAM_PEERS = {
  'thrift transport': async (): Promise<StreamPeer> =>
    (await import('./thrift.js')).thriftTransport,
  'Nest to Nest': async (): Promise<StreamPeer> => (await import('./thrift.js')).thriftNest,
  'grpc-js': async (): Promise<StreamPeer> => (await import('./grpc.js')).grpcJs,
  'Nest gRPC': async (): Promise<StreamPeer> => (await import('./grpc.js')).nestGrpc,
};

/** Name of a stack in Node. */
export type StreamPeerName = keyof typeof STREAM_PEERS;
