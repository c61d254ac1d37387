import type { Cell } from './messages.js';
import type { PeerName } from './peers/index.js';

/** Every point measured. */
export const RPC_CELLS: readonly Cell[] = [
  { payload: 'medium', callers: 1, kind: 'shared' },
  { payload: 'small', callers: 100, kind: 'shared' },
  { payload: 'medium', callers: 16, kind: 'shared' },
  { payload: 'medium', callers: 100, kind: 'shared' },
  { payload: 'medium', callers: 1000, kind: 'shared' },
  { payload: 'large', callers: 16, kind: 'shared' },
  { payload: 'medium', callers: 16, kind: 'pooled' },
  { payload: 'medium', callers: 100, kind: 'pooled' },
];

/** The stacks compared with each other. */
export const RPC_PEERS: readonly PeerName[] = [
  'thrift without Nest',
  'thrift without Nest, strings in bulk',
  'thrift without Nest, TTHeaderFramed',
  'Nest to Nest',
  'Nest to Nest, with a guard',
  'Nest to Nest, strings in bulk',
  'Apache thrift',
  'Nest TCP',
  'Nest gRPC',
  'grpc-js',
  'fastify + undici',
  'raw net',
];

/** Those that go through Nest, and what they are made of. */
export const NEST_PEERS: readonly PeerName[] = [
  'thrift without Nest',
  'Nest to Nest',
  'Nest to Nest, with a guard',
  'Nest TCP',
  'Nest gRPC',
];
