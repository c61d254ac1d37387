import { COMPILE_TIMES, DEFAULT_MAX_DECODED_BYTES, PROTOCOLS } from '@nestjs-thrift/codec/wire';
import type { ProtocolName } from '@nestjs-thrift/codec';
import type { TransportObserver } from '../observer/transport-observer.js';
import { listOf } from '../options/collections.js';
import {
  flag,
  integer,
  milliseconds,
  object,
  oneOf,
  type OptionsOf,
  text,
} from '../options/option.js';
import { group, variants } from '../options/resolve-options.js';
import { clientTls } from '../options/tls-option.js';
import { FRAMINGS, type TransportName } from '../wire/framing/framing.js';
import { DEFAULT_MAX_FRAME_BYTES } from '../wire/message-reader.js';
import { DEFAULT_MAX_RECEIVE_BYTES, LEAST_RECEIVE_BYTES } from '../wire/receive-budget.js';

/** Calls that can be in flight on one connection: half of the bits of a sequence id number their slots. */
export const MAX_SLOTS = 1 << 16;

/** Calls in flight on a multiplexed connection; what servers of this project serve at once on one. */
export const DEFAULT_MAX_IN_FLIGHT = 256;

/** Options of a long pool. */
export const LONG_POOL_OPTIONS = {
  /** At least 1 and `minIdlePerAddress`. Default 10. Kitex: MaxIdlePerAddress. */
  maxIdlePerAddress: integer({ min: 1, default: 10 }),
  /** At least `maxIdlePerAddress`. Default 100, or `maxIdlePerAddress` where that is more. Kitex: MaxIdleGlobal. */
  maxIdleGlobal: integer({ min: 1 }),
  /** Idle connections older than this are closed, in milliseconds, at least 2,000. Default 60,000. Kitex: MaxIdleTimeout. */
  maxIdleTimeoutMs: milliseconds({ min: 2_000, default: 60_000 }),
  /** Opened in advance and kept open, 0 to 5 and at most `maxIdlePerAddress`. Default 0. Kitex: MinIdlePerAddress, which never opens any. */
  minIdlePerAddress: integer({ max: 5, default: 0 }),
  /** Connections per instance, in use and idle. Default 256. Kitex has no such limit. */
  maxPerAddress: integer({ min: 1, default: 256 }),
  /** Calls that may wait for a connection per instance. Default 1,024. */
  maxWaitingPerAddress: integer({ default: 1024 }),
  /** A connection is replaced after this age, less up to 10 % at random; 0 keeps it. Default 0. */
  maxAgeMs: milliseconds({ default: 0 }),
};

/** Idle connections kept per instance, and how many there may be. Kitex: connpool.IdleConfig. */
export interface LongPoolOptions extends OptionsOf<typeof LONG_POOL_OPTIONS> {}

/** Options of a multiplexed pool. */
export const MUX_POOL_OPTIONS = {
  /** Connections per instance, 1 to 1,024. Default 1. */
  connectionsPerAddress: integer({ min: 1, max: 1024, default: 1 }),
  /** Calls in flight on one connection before additional calls wait, 1 to 65,536. Default 256, as servers allow. */
  maxInFlightPerConnection: integer({ min: 1, max: MAX_SLOTS, default: DEFAULT_MAX_IN_FLIGHT }),
};

/** Few connections shared by all calls, replies in any order. Kitex: WithMuxConnection. */
export interface MuxPoolOptions extends OptionsOf<typeof MUX_POOL_OPTIONS> {}

/** Options of a client. */
export const CLIENT_OPTIONS = {
  /** How a message is framed; `TTHeaderFramed` is what Kitex sends when asked for TTHeader. */
  transport: oneOf(Object.keys(FRAMINGS) as TransportName[], { default: 'TTHeaderFramed' }),
  /** How values are encoded. */
  protocol: oneOf(Object.keys(PROTOCOLS) as ProtocolName[], { default: 'binary' }),
  /** How connections are kept. */
  connection: variants(
    'mode',
    { long: LONG_POOL_OPTIONS, mux: MUX_POOL_OPTIONS, short: {} },
    { default: { mode: 'long' } },
  ),
  /** How streams of methods with `streaming.mode` are carried; they have connections of their own. */
  streams: group(
    {
      /**
       * `exclusive` gives each stream a separate connection, so that a consumer that is slow slows down its own server alone;
       * `mux` shares `connectionsPerAddress` connections. Kitex: WithClientLongConnPool, WithClientMuxConnPool.
       *
       * @defaultValue `exclusive`
       */
      mode: oneOf(['exclusive', 'mux'], { default: 'exclusive' }),
      /** Streams open at once per instance in mode `exclusive`. Default 1,000. */
      maxPerAddress: integer({ min: 1, default: 1_000 }),
      /** Connections per instance in mode `mux`, 1 to 1,024. Default 1. Kitex: PoolSize. */
      connectionsPerAddress: integer({ min: 1, max: 1_024, default: 1 }),
      /**
       * How a server learns that a stream is cancelled. `rst` reaches its handler at once. `trailer` is for servers of Kitex v0.13 and
       * v0.14, which close the whole connection for the former: messages of this side end with an error, and a handler that only sends
       * goes on. Kitex sends `rst`.
       *
       * @defaultValue `rst`
       */
      cancelFrame: oneOf(['rst', 'trailer'], { default: 'rst' }),
      /**
       * Longest wait for the next message while the consumer waits for it, in milliseconds; 0 for no limit. Servers of Kitex never
       * answer streams of methods that they do not have. Default 60,000. Kitex: WithStreamRecvTimeoutConfig, without a default.
       */
      recvTimeoutMs: milliseconds({ default: 60_000 }),
    },
    {},
  ),
  /**
   * Time a call may spend on getting a connection, whether one is made or a full pool must free one, in milliseconds; 0
   * for no limit. Default 500. Kitex: WithConnectTimeout, whose 50 ms are too short across data centres.
   */
  connectTimeoutMs: milliseconds({ default: 500 }),
  /**
   * Longest silence of the peer while a call waits for its reply, in milliseconds; 0 for no limit. The connection is not
   * used again after it. Default 2,000, or the timeout of the attempt where that is longer: Kitex reads until the RPC timeout.
   * On a connection of streams the longest silence in the middle of a frame, by default 5,000; `recvTimeoutMs` limits waits between
   * frames.
   */
  readTimeoutMs: milliseconds(),
  /** A connection whose peer takes no byte for this long is closed, in milliseconds; 0 for no limit. Default 2,000. */
  writeTimeoutMs: milliseconds({ default: 2_000 }),
  /** Largest reply accepted, in bytes, 1 to 1 GiB. Default 16 MiB. */
  maxFrameBytes: integer({ min: 1, max: 2 ** 30, default: DEFAULT_MAX_FRAME_BYTES }),
  /**
   * Memory that a reply may take once decoded, in bytes by a conservative estimate that leaves out the text of strings, 1 to
   * 2,147,483,647. A call whose reply is beyond it rejects with `DECODE_LIMIT_EXCEEDED` before that memory is taken; the
   * connection stays usable. Kitex has no such limit.
   *
   * @defaultValue 134,217,728 (128 MiB), so that decoding one message takes less than 256 MB of heap
   */
  maxDecodedBytes: integer({ min: 1, max: 2 ** 31 - 1, default: DEFAULT_MAX_DECODED_BYTES }),
  /**
   * Memory for replies that have not come in full, over all connections of the client, in bytes, at least 65,536. Beyond it
   * connections that take more than 64 KiB of it read no further, all but one, which has `readTimeoutMs` to end its
   * reply. Calls that wait keep their timeouts. Kitex has no such limit.
   *
   * @defaultValue 268,435,456 (256 MiB)
   */
  maxReceiveBytes: integer({ min: LEAST_RECEIVE_BYTES, default: DEFAULT_MAX_RECEIVE_BYTES }),
  /**
   * Takes the strings of a message from one string of all its bytes, for messages of 200 bytes and more: decoding them
   * becomes up to a fifth faster, but a string of 13 or more characters keeps the text of its whole message in memory for
   * as long as it lives. Default false.
   */
  slicedStrings: flag({ default: false }),
  /**
   * When codecs are made: `first-use` adds some milliseconds to the first call of each method, `at-start` to making the client
   * of a service. Codecs in files (`gen --codecs static`) exist already. Kitex: frugal's Pretouch.
   *
   * @defaultValue `first-use`
   */
  compile: oneOf(COMPILE_TIMES, { default: 'first-use' }),
  /**
   * TCP keep-alive probes start after this many idle milliseconds, in whole seconds and at least one; 0 turns them off. After ten
   * probes without an answer, a second apart on Linux, the connection closes. They are the ping of idle connections: Thrift
   * has none that servers answer. Kitex checks idle connections by their TCP state alone.
   *
   * @defaultValue 60,000
   */
  keepAliveMs: milliseconds({ default: 60_000 }),
  /** TLS, and mTLS with `cert` and `key`. The name of the endpoint is the `servername` unless another is given. */
  tls: clientTls(),
  /** Puts `Service:` before method names, for Apache's multiplexed servers. Default false. */
  multiplexedNames: flag({ default: false }),
  /** Registry name of this process, sent as TTHeader key 3. Default empty. */
  serviceName: text({ default: '' }),
  /** Registry name of the service called, sent as TTHeader key 6. Default: the IDL name of the service. */
  targetServiceName: text(),
  /** What follows connections and calls. */
  observers: listOf(object<TransportObserver>('an observer')),
};

/** How a client reaches servers. */
export interface ClientTransportOptions extends OptionsOf<typeof CLIENT_OPTIONS> {}

/** How a client keeps connections. */
export type ConnectionMode = NonNullable<ClientTransportOptions['connection']>;
