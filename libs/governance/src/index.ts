export { createCallChain, compose } from './chain/create-call-chain.js';
export type { CallChainStages } from './chain/create-call-chain.js';

export { NoInstanceError } from './errors/no-instance.error.js';
export { CircuitBreakerOpenError } from './errors/circuit-breaker-open.error.js';
export type { BreakerScope } from './errors/circuit-breaker-open.error.js';
export { RetryExhaustedError } from './errors/retry-exhausted.error.js';

export { toInstance, DEFAULT_WEIGHT } from './discovery/instance.js';
export type { Instance, InstanceLike } from './discovery/instance.js';
export type { InstanceListener, InstanceWatch, Resolver } from './discovery/resolver.js';
export { staticResolver } from './discovery/static-resolver.js';
export { dnsResolver } from './discovery/dns-resolver.js';
export type { DnsResolverOptions } from './discovery/dns-resolver.js';
export { fileResolver } from './discovery/file-resolver.js';
export { pollingResolver } from './discovery/polling-resolver.js';
export type { PollingOptions } from './discovery/polling-resolver.js';
export { slowStart } from './discovery/slow-start.js';
export type { SlowStartOptions } from './discovery/slow-start.js';
export { InstanceDirectory } from './discovery/instance-directory.js';
export type { InstanceChange, InstanceDirectoryOptions } from './discovery/instance-directory.js';

export { advertisedAddress } from './registry/advertised-address.js';
export type { Registration, Registry, ServiceRegistration } from './registry/registry.js';

export { connectCheck } from './failover/connect-check.js';
export type { HealthCheck } from './failover/connect-check.js';
export { Failover } from './failover/failover.js';
export type { FailoverOptions, FailoverState } from './failover/failover.js';

export { weightedRoundRobin } from './balancing/weighted-round-robin.js';
export { interleavedWeightedRoundRobin } from './balancing/interleaved-weighted-round-robin.js';
export { weightedRandom } from './balancing/weighted-random.js';
export { aliasMethod } from './balancing/alias.js';
export { consistentHash } from './balancing/consistent-hash.js';
export type { ConsistentHashOptions } from './balancing/consistent-hash.js';
export { leastInFlight } from './balancing/least-in-flight.js';
export { resolveAndBalance, MAX_PICKS } from './balancing/resolve-and-balance.js';
export type { Balancer, Picker } from './balancing/balancer.js';

export { ClientGovernance } from './client/client-governance.js';
export type { ClientGovernanceOptions, GovernedCallStart } from './client/client-governance.js';
export { effectivePolicies } from './client/method-policies.js';
export type { EffectivePolicies, MethodPolicies } from './client/method-policies.js';
export type { GovernanceEvent } from './client/governance-event.js';

export { GovernanceFile } from './config/config-file.js';
export { parseGovernanceConfig } from './config/parse-config.js';
export {
  configuredInstanceBreaker,
  configuredLimits,
  configuredPolicies,
} from './config/kitex-policies.js';
export type { GovernanceConfigSource } from './config/config-source.js';
export type {
  GovernanceConfig,
  LimitConfig,
  MethodConfig,
  ServiceConfig,
} from './config/governance-schema.js';
export { GovernanceConfigError } from './errors/governance-config.error.js';

export { accessStage, degradation } from './access/access-rule.js';
export type { AccessRule } from './access/access-rule.js';
export { ServerProtection } from './limit/server-protection.js';
export type {
  ConnectionLimiter,
  ServerLimits,
  ServerProtectionOptions,
} from './limit/server-protection.js';
export { TokenBucket } from './limit/token-bucket.js';
export { fallbackStage } from './fallback/fallback-stage.js';
export type { FallbackFunction, FallbackOptions } from './fallback/fallback-stage.js';
export { batchStage } from './batch/batch-stage.js';
export type { BatchOptions } from './batch/batch-stage.js';

export { usePolicy } from './policy/use-policy.js';
export type { AnyPolicy } from './policy/use-policy.js';

export { DEFAULT_TIMEOUTS, resolveTimeouts } from './timeout/timeouts.js';
export type { TimeoutOptions, Timeouts } from './timeout/timeouts.js';
export { DynamicTimeout } from './timeout/dynamic-timeout.js';
export type { DynamicTimeoutOptions } from './timeout/dynamic-timeout.js';
export { timeoutStage } from './timeout/timeout-stage.js';

export { retrySettings } from './retry/retry-options.js';
export type {
  BackupRetryOptions,
  ErrorClass,
  FailureRetryOptions,
  MixedRetryOptions,
  RetryConditions,
  RetryOptions,
  RetrySettings,
  RetryStopOptions,
} from './retry/retry-options.js';
export type { BackoffOptions } from './retry/backoff.js';
export { RetryBudget } from './retry/retry-budget.js';
export { RetryEvents, retryStage } from './retry/retry-stage.js';
export type { RetryEvent } from './retry/retry-stage.js';
export type { RetryStopReason } from './retry/retry-run.js';
export { RetryPolicy } from './retry/retry-policy.js';
export type { RetryPolicyOptions } from './retry/retry-policy.js';

export { CircuitBreaker } from './breaker/circuit-breaker.js';
export type {
  BreakerSnapshot,
  BreakerState,
  BreakerStateChange,
  CircuitBreakerContext,
} from './breaker/circuit-breaker.js';
export type { CircuitBreakerOptions, CircuitBreakerSettings } from './breaker/breaker-options.js';
export { BreakerRegistry } from './breaker/breaker-registry.js';
export type { BreakerRegistryOptions } from './breaker/breaker-registry.js';
export {
  instanceBreakerStage,
  serviceBreakerKey,
  serviceBreakerStage,
} from './breaker/breaker-stages.js';
export { classifyForInstance, classifyForService, isBusinessError } from './breaker/classify.js';
export type { BreakerOutcome } from './breaker/classify.js';
export type { WindowCounts } from './window/sliding-window.js';

export type { Subscribe, Subscription } from './events/emitter.js';
export type { Clock } from './time/clock.js';
