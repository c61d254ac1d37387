import { z } from 'zod';
import { BALANCER_TYPES } from '../instances/balancing/balancer-by-type.js';
import { retrySchema } from './retry-schema.js';
import { expectedOneOf, milliseconds, strictObject } from '../support/schema-parts.js';

/** Kitex: the items of `rpc_timeout`; `read_write_timeout_ms` is ours. */
export const timeoutSchema = strictObject({
  rpc_timeout_ms: milliseconds(0).optional(),
  conn_timeout_ms: milliseconds(1).optional(),
  read_write_timeout_ms: milliseconds(0).optional(),
});

/** Kitex: circuitbreak.CBConfig. */
export const circuitBreakSchema = strictObject({
  enable: z.boolean(),
  err_rate: z.number().gt(0).max(1).optional(),
  min_sample: z.int().min(1).optional(),
});

/** Kitex: the degradation of config-etcd. */
export const degradationSchema = strictObject({
  enable: z.boolean(),
  percentage: z.number().min(0).max(100),
});

/** A timeout that follows the latency observed. Ours. */
export const dynamicTimeoutSchema = strictObject({
  enable: z.boolean(),
  percentile: z.number().gt(0).max(100).optional(),
  multiplier: z.number().gt(0).optional(),
  buffer_ms: milliseconds(0).optional(),
  floor_ms: milliseconds(1).optional(),
  ceiling_ms: milliseconds(1).optional(),
  default_ms: milliseconds(1).optional(),
  min_samples: z.int().min(1).optional(),
  window_ms: milliseconds(1_000).optional(),
}).refine(({ floor_ms = 100, ceiling_ms = 10_000 }) => floor_ms <= ceiling_ms, {
  path: ['ceiling_ms'],
  error: 'must not be less than floor_ms (default 100); default 10000',
});

/** An answer for calls that fail, as plain data. Ours: Kitex knows functions only. */
export const fallbackSchema = strictObject({
  enable: z.boolean(),
  on: z.enum(['error', 'timeout_or_open'], expectedOneOf(['error', 'timeout_or_open'])).optional(),
  value: z.json().optional(),
});

/** How calls are spread over instances. Ours. */
const loadBalanceSchema = strictObject({
  type: z.enum(BALANCER_TYPES, expectedOneOf(BALANCER_TYPES)),
});

/** Kitex: limiter.LimiterConfig; `concurrency_limit` is ours. 0 is no limit. */
export const limitSchema = strictObject({
  connection_limit: z.int().min(0).optional(),
  qps_limit: z.number().min(0).optional(),
  concurrency_limit: z.int().min(0).optional(),
});

const methodSchema = strictObject({
  timeout: timeoutSchema.optional(),
  retry: retrySchema.optional(),
  circuit_break: circuitBreakSchema.optional(),
  degradation: degradationSchema.optional(),
  dynamic_timeout: dynamicTimeoutSchema.optional(),
  fallback: fallbackSchema.optional(),
});

const serviceSchema = strictObject({
  /** Policies of calls to the service, by method; `*` for all that are not named. */
  methods: z.record(z.string(), methodSchema).default({}),
  /** The breaker of each instance called. */
  instance_circuit_break: circuitBreakSchema.optional(),
  load_balance: loadBalanceSchema.optional(),
  /** Limits where this process serves the service. */
  limit: limitSchema.optional(),
});

/** The governance file: services by their registry names. */
export const governanceSchema = strictObject({
  services: z.record(z.string(), serviceSchema).default({}),
});

/** Policies of one method as the configuration writes them. */
export type MethodConfig = z.output<typeof methodSchema>;
/** What the configuration says about one service. */
export type ServiceConfig = z.output<typeof serviceSchema>;
/** Limits of a server as the configuration writes them. */
export type LimitConfig = z.output<typeof limitSchema>;
/** A configuration that has been checked. */
export type GovernanceConfig = z.output<typeof governanceSchema>;
