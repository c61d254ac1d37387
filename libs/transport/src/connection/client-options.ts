import type { CompileTime } from '@nestjs-thrift/codec/wire';
import type { ConnectionOptions } from 'node:tls';
import type { ProtocolName } from '@nestjs-thrift/codec';
import type { TransportObserver } from '../observer/transport-observer.js';
import type { TransportName } from '../wire/framing/framing.js';

/** Calls that can be in flight on one connection: half of the bits of a sequence id number their slots. */
export const MAX_SLOTS = 1 << 16;

/** Calls in flight on a multiplexed connection; what servers of this project serve at once on one. */
export const DEFAULT_MAX_IN_FLIGHT = 256;

/** Idle connections kept per instance, and how many there may be. Kitex: connpool.IdleConfig. */
export interface LongPoolOptions {
  /** Default 10. Kitex: MaxIdlePerAddress. */
  readonly maxIdlePerAddress?: number;
  /** Default 100. Kitex: MaxIdleGlobal. */
  readonly maxIdleGlobal?: number;
  /** Idle connections older than this are closed, in milliseconds, at least 2,000. Default 60,000. Kitex: MaxIdleTimeout. */
  readonly maxIdleTimeoutMs?: number;
  /** Opened in advance and kept open, 0 to 5. Default 0. Kitex: MinIdlePerAddress, which never opens any. */
  readonly minIdlePerAddress?: number;
  /** Connections per instance, in use and idle. Default 256. Kitex has no such limit. */
  readonly maxPerAddress?: number;
  /** Calls that may wait for a connection per instance. Default 1,024. */
  readonly maxWaitingPerAddress?: number;
  /** A connection is replaced after this age, less up to 10 % at random; 0 keeps it. Default 0. */
  readonly maxAgeMs?: number;
}

/** Few connections shared by all calls, replies in any order. Kitex: WithMuxConnection. */
export interface MuxPoolOptions {
  /** Connections per instance, 1 to 1,024. Default 1. */
  readonly connectionsPerAddress?: number;
  /** Calls in flight on one connection before further ones wait, 1 to 65,536. Default 256, as servers allow. */
  readonly maxInFlightPerConnection?: number;
}

/** How a client keeps connections. */
export type ConnectionMode =
  | ({ readonly mode: 'long' } & LongPoolOptions)
  | { readonly mode: 'short' }
  | ({ readonly mode: 'mux' } & MuxPoolOptions);

/** How a client reaches servers. */
export interface ClientTransportOptions {
  /** Default `TTHeaderFramed`, as Kitex sends when asked for TTHeader. */
  readonly transport?: TransportName;
  /** Default `binary`. */
  readonly protocol?: ProtocolName;
  /** Default the long pool. */
  readonly connection?: ConnectionMode;
  /**
   * Time a call may spend on getting a connection, whether one is made or a full pool must free one, in milliseconds; 0
   * for no limit. Default 500. Kitex: WithConnectTimeout, whose 50 ms are too short across data centres.
   */
  readonly connectTimeoutMs?: number;
  /**
   * Longest silence of the peer while a call waits for its reply, in milliseconds; 0 for no limit. The connection is not
   * used again after it. Default 2,000, or the timeout of the attempt where that is longer: Kitex reads until the RPC timeout.
   */
  readonly readTimeoutMs?: number;
  /** A connection whose peer takes no byte for this long is closed, in milliseconds; 0 for no limit. Default 2,000. */
  readonly writeTimeoutMs?: number;
  /** Largest reply accepted, in bytes, 1 to 1 GiB. Default 16 MiB. */
  readonly maxFrameBytes?: number;
  /**
   * Memory that a reply may take once decoded, in bytes by a conservative estimate that leaves out the text of strings, 1 to
   * 2,147,483,647. A call whose reply is beyond it rejects with `DECODE_LIMIT_EXCEEDED` before that memory is taken; the
   * connection stays usable. Kitex has no such limit.
   *
   * @defaultValue 134,217,728 (128 MiB), so that decoding one message takes less than 256 MB of heap
   */
  readonly maxDecodedBytes?: number;
  /**
   * Memory for replies that have not come in full, over all connections of the client, in bytes, at least 65,536. Beyond it
   * connections that take more than 64 KiB of it read no further, all but one, which has `readTimeoutMs` to end its
   * reply. Calls that wait keep their timeouts. Kitex has no such limit.
   *
   * @defaultValue 268,435,456 (256 MiB)
   */
  readonly maxReceiveBytes?: number;
  /**
   * Takes the strings of a message from one string of all its bytes, for messages of 200 bytes and more: decoding them
   * becomes up to a fifth faster, but a string of 13 or more characters keeps the text of its whole message in memory for
   * as long as it lives. Default false.
   */
  readonly slicedStrings?: boolean;
  /**
   * When codecs are made: `first-use` adds some milliseconds to the first call of each method, `at-start` to making the client
   * of a service. Codecs in files (`gen --codecs static`) exist already. Kitex: frugal's Pretouch.
   *
   * @defaultValue `first-use`
   */
  readonly compile?: CompileTime;
  /**
   * TCP keep-alive probes start after this many idle milliseconds, in whole seconds and at least one; 0 turns them off. After ten
   * probes without an answer, a second apart on Linux, the connection closes. They are the ping of idle connections: Thrift
   * has none that servers answer. Kitex checks idle connections by their TCP state alone.
   *
   * @defaultValue 60,000
   */
  readonly keepAliveMs?: number;
  /** TLS, and mTLS with `cert` and `key`. The name of the endpoint is the `servername` unless another is given. */
  readonly tls?: ConnectionOptions;
  /** Puts `Service:` before method names, for Apache's multiplexed servers. Default false. */
  readonly multiplexedNames?: boolean;
  /** Registry name of this process, sent as TTHeader key 3. Default empty. */
  readonly serviceName?: string;
  /** Registry name of the service called, sent as TTHeader key 6. Default: the IDL name of the service. */
  readonly targetServiceName?: string;
  readonly observers?: readonly TransportObserver[];
}
