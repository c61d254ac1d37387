import { CallbackReport } from '@nestjs-thrift/transport/internal';
import type { CircuitBreakerOptions } from '../stages/breaker/breaker-options.js';
import type { BalancerType } from '../instances/balancing/balancer-by-type.js';
import type { MethodPolicies } from './method-policies.js';
import type { FallbackOptions } from '../stages/fallback/fallback-stage.js';
import type { LimitsSource, ServerLimits } from '../stages/limit/server-protection.js';
import type { GovernanceConfigSource } from '../config/config-file.js';
import type { BackoffOptions } from '../stages/retry/backoff.js';
import type { RetryOptions, RetryStopOptions } from '../stages/retry/retry-options.js';
import type { DynamicTimeoutOptions } from '../stages/timeout/dynamic-timeout.js';
import type {
  GovernanceConfig,
  LimitConfig,
  MethodConfig,
  ServiceConfig,
} from '../config/governance-schema.js';
import type { RetryConfig } from '../config/retry-schema.js';

type FailureConfig = NonNullable<RetryConfig['failure_policy']>;
type BackoffConfig = NonNullable<FailureConfig['backoff_policy']>;
type StopConfig = NonNullable<FailureConfig['stop_policy']>;

/**
 * What a configuration says about a method of a service: each policy from its own entry, else from `*`.
 *
 * @param shares whether the entry `*`, for all methods, counts.
 */
export function configuredPolicies(
  config: GovernanceConfig | undefined,
  service: string,
  method: string,
  shares = true,
): MethodPolicies {
  const methods = own(config?.services, service)?.methods;
  const any = (shares && own(methods, '*')) || {};
  const exact = own(methods, method) ?? {};
  const fixed = exact.timeout?.rpc_timeout_ms !== undefined;
  return toMethodPolicies({
    timeout: exact.timeout ?? any.timeout,
    // A fixed timeout of the method itself is meant instead of a dynamic one of all.
    dynamic_timeout: exact.dynamic_timeout ?? (fixed ? undefined : any.dynamic_timeout),
    fallback: exact.fallback ?? any.fallback,
    retry: exact.retry ?? any.retry,
    circuit_break: exact.circuit_break ?? any.circuit_break,
    degradation: exact.degradation ?? any.degradation,
    stream: exact.stream ?? any.stream,
  });
}

/** What a configuration says about the breakers of a service's instances; `undefined` if nothing. */
export function configuredInstanceBreaker(
  config: GovernanceConfig | undefined,
  service: string,
): CircuitBreakerOptions | false | undefined {
  return toBreaker(own(config?.services, service)?.instance_circuit_break);
}

/** The load balancing that a configuration sets for a service; `undefined` if it sets none. */
export function configuredBalancer(
  config: GovernanceConfig | undefined,
  service: string,
): BalancerType | undefined {
  return own(config?.services, service)?.load_balance?.type;
}

/** The limits that a configuration has for a server; `undefined` if none. */
export function configuredLimits(
  config: GovernanceConfig | undefined,
  service: string,
): ServerLimits | undefined {
  const limit = own(config?.services, service)?.limit;
  return limit && toLimits(limit);
}

/**
 * The limits that a configuration source has for a server, to be given to `ServerProtection.follow`. Later limits that are out of range
 * are reported, and the last good ones stay in force.
 */
export function configuredServerLimits(
  config: GovernanceConfigSource,
  service: string,
): LimitsSource {
  return (apply) => {
    const read = (): void => apply(configuredLimits(config.current, service));
    read();
    const report = new CallbackReport('applying the limits of a configuration');
    return config.onChange(() => report.run(read));
  };
}

function toMethodPolicies(config: MethodConfig): MethodPolicies {
  const { timeout, retry, degradation } = config;
  return {
    timeout: timeout && {
      attemptTimeoutMs: timeout.rpc_timeout_ms,
      connectTimeoutMs: timeout.conn_timeout_ms,
      readTimeoutMs: timeout.read_write_timeout_ms,
    },
    retry: retry && toRetry(retry),
    stream: config.stream && {
      recvTimeoutMs: config.stream.recv_timeout_ms,
      timeoutMs: config.stream.total_timeout_ms,
    },
    dynamicTimeout: config.dynamic_timeout && toDynamicTimeout(config.dynamic_timeout),
    fallback: config.fallback && toFallback(config.fallback),
    circuitBreaker: toBreaker(config.circuit_break),
    degradationPercentage: degradation && (degradation.enable ? degradation.percentage : 0),
  };
}

function toBreaker(
  config: ServiceConfig['instance_circuit_break'],
): CircuitBreakerOptions | false | undefined {
  if (config === undefined) {
    return undefined;
  }
  return config.enable && { errorRate: config.err_rate, minSamples: config.min_sample };
}

function toDynamicTimeout(
  config: NonNullable<MethodConfig['dynamic_timeout']>,
): DynamicTimeoutOptions | false {
  return (
    config.enable && {
      percentile: config.percentile,
      multiplier: config.multiplier,
      bufferMs: config.buffer_ms,
      floorMs: config.floor_ms,
      ceilingMs: config.ceiling_ms,
      defaultMs: config.default_ms,
      minSamples: config.min_samples,
      windowMs: config.window_ms,
    }
  );
}

function toFallback({
  enable,
  on,
  value,
}: NonNullable<MethodConfig['fallback']>): FallbackOptions | false {
  return enable && { on, value };
}

function toLimits(limit: LimitConfig): ServerLimits {
  return {
    maxConnections: limit.connection_limit,
    maxQps: limit.qps_limit,
    maxConcurrency: limit.concurrency_limit,
    maxStreams: limit.stream_limit,
    maxStreamsPerCaller: limit.caller_stream_limit,
  };
}

function toRetry(config: RetryConfig): RetryOptions | false {
  if (!config.enable) {
    return false;
  }
  const { idempotent } = config;
  const { failure_policy: failure, backup_policy: backup, mixed_policy: mixed } = config;
  if (config.type === 1 && backup) {
    const { retry_delay_ms: delayMs, retry_same_node: retrySameInstance } = backup;
    return {
      type: 'backup',
      idempotent,
      delayMs,
      retrySameInstance,
      ...toStop(backup.stop_policy),
    };
  }
  if (config.type === 2 && mixed) {
    return { type: 'mixed', idempotent, delayMs: mixed.retry_delay_ms, ...toFailure(mixed) };
  }
  return { type: 'failure', idempotent, ...toFailure(failure ?? {}) };
}

function toFailure(config: Partial<FailureConfig>) {
  return {
    backoff: config.backoff_policy && toBackoff(config.backoff_policy),
    retrySameInstance: config.retry_same_node,
    ...toStop(config.stop_policy),
  };
}

function toStop(config: StopConfig | undefined): RetryStopOptions {
  return {
    maxRetries: config?.max_retry_times,
    maxDurationMs: config?.max_duration_ms,
    chainStop: config?.disable_chain_stop === undefined ? undefined : !config.disable_chain_stop,
    errorRate: config?.cb_policy?.error_rate,
  };
}

function toBackoff(config: BackoffConfig): BackoffOptions {
  switch (config.backoff_type) {
    case 'none':
      return { type: 'none' };
    case 'fixed':
      return { type: 'fixed', delayMs: config.cfg_items.fix_ms };
    case 'random':
      return { type: 'random', minMs: config.cfg_items.min_ms, maxMs: config.cfg_items.max_ms };
    case 'exponential': {
      const { initial_ms: initialMs, max_ms: maxMs, multiplier, jitter } = config.cfg_items;
      return { type: 'exponential', initialMs, maxMs, multiplier, jitter };
    }
  }
}

/** Names come from the IDL and from files: `constructor` must not find what every object has. */
function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
