import { z } from 'zod';
import { retrySchema } from './retry-schema.js';
import { milliseconds, strictObject } from './schema-parts.js';

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
});

const serviceSchema = strictObject({
  /** Policies of calls to the service, by method; `*` for all that are not named. */
  methods: z.record(z.string(), methodSchema).default({}),
  /** The breaker of each instance called. */
  instance_circuit_break: circuitBreakSchema.optional(),
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
