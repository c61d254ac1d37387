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
  rpc_timeout_ms: milliseconds(),
  conn_timeout_ms: milliseconds(),
  read_write_timeout_ms: milliseconds(),
});

/** Kitex: circuitbreak.CBConfig. */
export const CIRCUIT_BREAK = group({
  enable: required(flag()),
  err_rate: number({ above: 0, max: 1 }),
  min_sample: integer({ min: 1 }),
});

/** Kitex: the degradation of config-etcd. */
export const DEGRADATION = group({
  enable: required(flag()),
  percentage: required(number({ min: 0, max: 100 })),
});

/** A timeout that follows the latency observed. Ours. */
export const DYNAMIC_TIMEOUT = refined(
  group({
    enable: required(flag()),
    percentile: number({ above: 0, max: 100 }),
    multiplier: number({ above: 0 }),
    buffer_ms: milliseconds(),
    floor_ms: milliseconds({ min: 1 }),
    ceiling_ms: milliseconds({ min: 1 }),
    default_ms: milliseconds({ min: 1 }),
    min_samples: integer({ min: 1 }),
    window_ms: milliseconds({ min: 1_000 }),
  }),
  ({ floor_ms = 100, ceiling_ms = 10_000 }, report) => {
    if (floor_ms > ceiling_ms) {
      report('ceiling_ms', 'must not be less than floor_ms (default 100); default 10000');
    }
  },
);

/** An answer for calls that fail, as plain data. Ours: Kitex knows functions only. */
export const FALLBACK = group({
  enable: required(flag()),
  on: oneOf(['error', 'timeout_or_open']),
  value: option<unknown>('plain data', isJsonValue),
});

/** How calls are spread over instances. Ours. */
const LOAD_BALANCE = group({ type: required(oneOf(BALANCER_TYPES)) });

const LIMIT_TABLE = {
  connection_limit: integer(),
  qps_limit: number({ min: 0 }),
  concurrency_limit: integer(),
};

/** Kitex: limiter.LimiterConfig; `concurrency_limit` is an addition. 0 means unlimited. */
export const LIMIT = group(LIMIT_TABLE);

const METHOD_TABLE = {
  timeout: TIMEOUT,
  retry: RETRY,
  circuit_break: CIRCUIT_BREAK,
  degradation: DEGRADATION,
  dynamic_timeout: DYNAMIC_TIMEOUT,
  fallback: FALLBACK,
};

const SERVICE_TABLE = {
  /** Policies of calls to the service, by method; `*` for all that are not named. */
  methods: withDefault(recordOf(group(METHOD_TABLE)), {}),
  /** The breaker of each instance called. */
  instance_circuit_break: CIRCUIT_BREAK,
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
