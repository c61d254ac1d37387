import {
  flag,
  group,
  integer,
  milliseconds,
  number,
  oneOf,
  option,
  recordOf,
  refined,
  required,
  type Resolved,
  withDefault,
} from '@nestjs-thrift/transport/internal';
import { BALANCER_TYPES } from '../instances/balancing/balancer-by-type.js';
import { isJsonValue } from '../support/checked-document.js';
import { RETRY } from './retry-schema.js';

/** Kitex: the items of `rpc_timeout`; `read_write_timeout_ms` is ours. */
export const TIMEOUT = group({
  /** Time for one attempt, in milliseconds; 0 for no limit. Kitex: the same. */
  rpc_timeout_ms: milliseconds(),
  /** Time to get a connection, in milliseconds; 0 for no limit. Kitex: the same. */
  conn_timeout_ms: milliseconds(),
  /** Longest silence of the server while a reply is pending, in milliseconds; 0 for no limit. */
  read_write_timeout_ms: milliseconds(),
});

/** Time limits of streams, where `timeout` does not count. Ours: Kitex has no configuration of streams. */
const STREAM_TIMES = group({
  /** Longest wait for a message, in milliseconds; 0 for no limit. */
  recv_timeout_ms: milliseconds(),
  /** Time for a stream as a whole, in milliseconds; 0 for no limit. */
  total_timeout_ms: milliseconds(),
});

/** Kitex: circuitbreak.CBConfig. */
export const CIRCUIT_BREAK = group({
  enable: required(flag()),
  /** Share of failures from which the breaker opens. */
  err_rate: number({ above: 0, max: 1 }),
  /** Calls in ten seconds below which the breaker does not open. */
  min_sample: integer({ min: 1 }),
});

/** Kitex: the degradation of config-etcd. */
const DEGRADATION = group({
  enable: required(flag()),
  /** Share of calls that the client rejects, in percent. */
  percentage: required(number({ min: 0, max: 100 })),
});

/** A timeout that follows the latency observed. Ours. */
const DYNAMIC_TIMEOUT = refined(
  group({
    enable: required(flag()),
    /** Percentile of the latency that the timeout follows. */
    percentile: number({ above: 0, max: 100 }),
    /** Factor of the percentile, or of the wait between retries. */
    multiplier: number({ above: 0 }),
    /** Added to the product, in milliseconds. */
    buffer_ms: milliseconds(),
    /** The shortest timeout, in milliseconds; 0 for none. */
    floor_ms: milliseconds(),
    /** The longest timeout, in milliseconds; 0 for none. */
    ceiling_ms: milliseconds(),
    /** The timeout until there are enough samples, in milliseconds; 0 for no limit. */
    default_ms: milliseconds(),
    /** Calls in the window before the timeout follows them. */
    min_samples: integer({ min: 1 }),
    /** How long calls count, in milliseconds. */
    window_ms: milliseconds({ min: 1_000 }),
  }),
  ({ floor_ms = 100, ceiling_ms = 10_000 }, report) => {
    if (ceiling_ms > 0 && floor_ms > ceiling_ms) {
      report('ceiling_ms', 'must not be less than floor_ms (default 100); default 10000');
    }
  },
);

/** An answer for calls that fail, as plain data. Ours: Kitex knows functions only. */
const FALLBACK = group({
  enable: required(flag()),
  /** Which failures it replaces: all, or timeouts and open breakers. */
  on: oneOf(['error', 'timeout_or_open']),
  value: option<unknown>('plain data', isJsonValue),
});

/** How calls are spread over instances. Ours. */
const LOAD_BALANCE = group({ type: required(oneOf(BALANCER_TYPES)) });

const LIMIT_TABLE = {
  /** Connections to the server; 0 for no limit. */
  connection_limit: integer(),
  /** Requests per second; 0 for no limit. */
  qps_limit: number({ min: 0 }),
  /** Requests served at once; 0 for no limit. */
  concurrency_limit: integer(),
  /** Streams open at once; 0 for no limit. */
  stream_limit: integer(),
  /** Streams that one caller has open at once; 0 for no limit. */
  caller_stream_limit: integer(),
};

/** Kitex: limiter.LimiterConfig; limits of concurrency and streams are an addition. 0 means unlimited. */
export const LIMIT = group(LIMIT_TABLE);

/** The policies of a method. */
export const METHOD_TABLE = {
  /** Timeouts of the method. Kitex: `rpc_timeout`. */
  timeout: TIMEOUT,
  /** When the method is tried again, or a backup request is sent. */
  retry: RETRY,
  /** The breaker of the method. */
  circuit_break: CIRCUIT_BREAK,
  /** Rejects a share of the calls on the client, to shed load. */
  degradation: DEGRADATION,
  /** A timeout that follows the latency observed. */
  dynamic_timeout: DYNAMIC_TIMEOUT,
  /** The result of calls that fail. */
  fallback: FALLBACK,
  /** Time limits of a method with a stream. */
  stream: STREAM_TIMES,
};

const SERVICE_TABLE = {
  /** Policies of calls to the service, by method; `*` for all that are not named. */
  methods: withDefault(recordOf(group(METHOD_TABLE)), {}),
  /** The breaker of each instance called. */
  instance_circuit_break: CIRCUIT_BREAK,
  /** How calls are spread over instances. */
  load_balance: LOAD_BALANCE,
  /** Limits where this process serves the service. */
  limit: LIMIT,
};

const FILE_TABLE = { services: withDefault(recordOf(group(SERVICE_TABLE)), {}) };

/** The policy file: services by their registry names. */
export const POLICY_FILE = group(FILE_TABLE);

/** Policies of one method as the configuration writes them. */
export interface MethodConfig extends Resolved<typeof METHOD_TABLE> {}
/** What the configuration says about one service. */
export interface ServiceConfig extends Resolved<typeof SERVICE_TABLE> {}
/** Limits of a server as the configuration writes them. */
export interface LimitConfig extends Resolved<typeof LIMIT_TABLE> {}
/** A configuration that has been checked. */
export interface GovernanceConfig extends Resolved<typeof FILE_TABLE> {}
