import { COMPILE_TIMES, DEFAULT_MAX_DECODED_BYTES } from '@nestjs-thrift/codec/wire';
import type { IncomingCall } from '../call/incoming-call.js';
import type { TransportObserver } from '../observer/transport-observer.js';
import { listOf } from '../options/collections.js';
import {
  callback,
  flag,
  integer,
  milliseconds,
  object,
  oneOf,
  type OptionsOf,
  type Resolved,
  text,
} from '../options/option.js';
import { group } from '../options/resolve-options.js';
import { serverTls } from '../options/tls-option.js';
import { DEFAULT_MAX_FRAME_BYTES } from '../wire/message-reader.js';
import { DEFAULT_MAX_RECEIVE_BYTES, LEAST_RECEIVE_BYTES } from '../wire/receive-budget.js';

/** Port a server listens on unless another is given; Kitex's. */
const DEFAULT_PORT = 8888;

/** Options of a server. */
export const SERVER_OPTIONS = {
  /** Port to listen on; 0 takes a free one. Default 8888, as Kitex. Ignored with `path`. */
  port: integer({ max: 65_535, default: DEFAULT_PORT }),
  /** Address to listen on. Default all interfaces. */
  host: text(),
  /**
   * Path of a Unix socket to listen on instead of a port. A file that a killed process left behind is replaced; one on
   * which a process listens is not.
   */
  path: text(),
  /** Permissions of the Unix socket, such as `0o660`, 0 to 0o777. Default: what the umask of the process leaves. */
  socketMode: integer({ max: 0o777 }),
  /** Lets several processes listen on the port, the kernel spreading connections. Needs Node 22.12 or later and Linux. */
  reusePort: flag(),
  /** TLS, and mTLS with `ca` and `requestCert`. */
  tls: serverTls(),
  /** Registry name of this service. Default: the name of the first service. */
  serviceName: text(),
  /** Largest message accepted, in bytes, 1 to 1 GiB. Default 16 MiB. */
  maxFrameBytes: integer({ min: 1, max: 2 ** 30, default: DEFAULT_MAX_FRAME_BYTES }),
  /**
   * Memory that a request may take once decoded, in bytes by a conservative estimate that leaves out the text of strings,
   * 1 to 2,147,483,647. A request beyond it is rejected with `DECODE_LIMIT_EXCEEDED` before that memory is taken, and the
   * connection stays usable. Kitex has no such limit.
   *
   * @defaultValue 134,217,728 (128 MiB), so that decoding one message takes less than 256 MB of heap
   */
  maxDecodedBytes: integer({ min: 1, max: 2 ** 31 - 1, default: DEFAULT_MAX_DECODED_BYTES }),
  /**
   * Takes the strings of a message from one string of all its bytes, for messages of 200 bytes and more: decoding them
   * becomes up to a fifth faster, but a string of 13 or more characters keeps the text of its whole message in memory for
   * as long as it lives. Default false.
   */
  slicedStrings: flag({ default: false }),
  /**
   * When codecs are made: `first-use` adds some milliseconds to the first call of each method, `at-start` to the start of the
   * server, for Binary and Compact. Codecs in files (`gen --codecs static`) exist already. Kitex: frugal's Pretouch.
   *
   * @defaultValue `first-use`
   */
  compile: oneOf(COMPILE_TIMES, { default: 'first-use' }),
  /**
   * Connections accepted at once; 0 for no limit. The first request of an additional one is answered with `request over limit`, so that
   * its caller goes to another instance; then it is closed. Kitex: limit.Option.MaxConnections, which closes it at once.
   */
  maxConnections: integer({ max: 2 ** 31 - 1, default: 0 }),
  /**
   * Requests in flight on one connection. Beyond it callers that multiplex get `request over limit`; reading from others
   * stops. Default 256.
   */
  maxInFlightPerConnection: integer({ min: 1, max: 2 ** 31 - 1, default: 256 }),
  /** A connection without a request for this long is closed, in milliseconds; 0 keeps it. Default 600,000. */
  idleTimeoutMs: milliseconds({ default: 600_000 }),
  /** Time for the rest of a message once its first byte came, in milliseconds; 0 for no limit. Default 5,000. Kitex: ReadWriteTimeout. */
  readTimeoutMs: milliseconds({ default: 5_000 }),
  /**
   * A connection whose peer takes no byte of its replies for this long is closed, in milliseconds; 0 for no limit.
   * Default 5,000. Kitex: ReadWriteTimeout.
   */
  writeTimeoutMs: milliseconds({ default: 5_000 }),
  /**
   * Memory for messages that have not come in full, over all connections, in bytes, at least 65,536. Beyond it connections
   * that take more than 64 KiB of it read no further, all but one, which has `readTimeoutMs` to end its message. Kitex has
   * no such limit.
   *
   * @defaultValue 268,435,456 (256 MiB)
   */
  maxReceiveBytes: integer({ min: LEAST_RECEIVE_BYTES, default: DEFAULT_MAX_RECEIVE_BYTES }),
  /** What bounds the streams of methods with `streaming.mode`. */
  streams: group(
    {
      /** Streams at once on one connection; additional ones end with `request over limit`. Default 1,024. Kitex has no such limit. */
      maxPerConnection: integer({ min: 1, max: 2 ** 31 - 1, default: 1_024 }),
      /**
       * Bytes of received messages that handlers have not taken, over all streams of a connection, at least 65,536. Beyond it the
       * connection is read no further. Default 4 MiB. Kitex takes in everything.
       *
       * @defaultValue 4,194,304
       */
      maxBufferedBytesPerConnection: integer({ min: 65_536, default: 4 * 1024 * 1024 }),
      /**
       * A connection that is not read for this long, because of messages that handlers do not take, gives up the stream that
       * holds most of them, in milliseconds; 0 waits. Default 30,000.
       */
      stallTimeoutMs: milliseconds({ default: 30_000 }),
      /**
       * Reports a stream, once, whose handler has taken no message for this long, up to twice of it, while messages wait, in milliseconds; 0
       * reports none. Servers in Nest log it; observers get `streamHandlerStalled`. Kitex has no such report.
       *
       * @defaultValue 0
       */
      handlerStallWarnMs: milliseconds({ default: 0 }),
      /**
       * A stream may be open for this long, in milliseconds; 0 for no limit. Then it is cancelled as by a deadline of its caller: its
       * `signal` aborts, and the stream ends when its handler does. Streams that are opened again spread over instances that came later.
       */
      maxDurationMs: milliseconds({ default: 0 }),
    },
    {},
  ),
  /** TCP keep-alive probes start after this many idle milliseconds; 0 turns them off. Default 60,000. */
  keepAliveMs: milliseconds({ default: 60_000 }),
  /**
   * Rejects TTHeader requests that name a service that is not served. Default false: they are served where only one service has the
   * method. Kitex: WithRefuseTrafficWithoutServiceName, which rejects missing names too.
   */
  rejectUnknownServiceName: flag({ default: false }),
  /**
   * Rejects requests that name no service: over Framed and Buffered unless the method name is multiplexed (`Service:method`), and
   * TTHeader requests without `isn`. Kitex: WithRefuseTrafficWithoutServiceName.
   */
  rejectMissingServiceName: flag({ default: false }),
  /**
   * IDL name of the service that serves requests without a service name where several services have the method. Such a server does not
   * start without it, unless `rejectMissingServiceName` is set. Kitex: WithFallbackService.
   */
  fallbackService: text(),
  /** Sends messages of unexpected handler errors to callers. Default false: they get "internal error". */
  exposeErrors: flag({ default: false }),
  /**
   * Asked once per request before its arguments are decoded; an error it returns is the answer
   * (LimitExceededError, AccessDeniedError, any ThriftRpcError). Synchronous. A request for which it throws or returns a promise fails with a
   * CallbackError, of which its caller sees `internal error`.
   */
  admit: callback<(call: IncomingCall) => Error | undefined>(),
  /** Called with handler errors that callers do not get to see, or not in full. What it throws is reported and changes nothing. Default: nothing. */
  onHandlerError: callback<(error: unknown, call: IncomingCall) => void>(),
  /** What follows connections and requests. */
  observers: listOf(object<TransportObserver>('an observer')),
};

/** Where and how a server listens, and what it bounds. */
export interface ServerTransportOptions extends OptionsOf<typeof SERVER_OPTIONS> {}

/** The options of a server, checked and complete. */
export interface ResolvedServerOptions extends Resolved<typeof SERVER_OPTIONS> {}
