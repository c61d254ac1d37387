export {
  type BreakerScope,
  CircuitBreakerOpenError,
  GovernanceConfigError,
  NoInstanceError,
  RetryExhaustedError,
} from './errors/errors.js';

export type { Instance, InstanceLike } from './instances/discovery/instance.js';
export type { InstanceListener, InstanceWatch, Resolver } from './instances/discovery/resolver.js';
export { staticResolver } from './instances/discovery/resolver.js';
export { dnsResolver } from './instances/discovery/dns-resolver.js';
export type { DnsResolverOptions } from './instances/discovery/dns-resolver.js';
export { fileResolver } from './instances/discovery/file-resolver.js';
export { pollingResolver } from './instances/discovery/polling-resolver.js';
export type { PollingOptions } from './instances/discovery/polling-resolver.js';
export { slowStart } from './instances/discovery/slow-start.js';
export type { SlowStartOptions } from './instances/discovery/slow-start.js';

export { advertisedAddress } from './instances/registry/advertised-address.js';
export type {
  Registration,
  Registry,
  ServiceRegistration,
} from './instances/registry/advertised-address.js';

export type { HealthCheck } from './instances/failover/connect-check.js';
export { Failover } from './instances/failover/failover.js';
export type { FailoverOptions } from './instances/failover/failover.js';
export type { FailoverState } from './instances/failover/failover-watch.js';

export { weightedRoundRobin } from './instances/balancing/weighted-round-robin.js';
export { interleavedWeightedRoundRobin } from './instances/balancing/interleaved-weighted-round-robin.js';
export { weightedRandom } from './instances/balancing/weighted-random.js';
export { aliasMethod } from './instances/balancing/alias.js';
export { consistentHash } from './instances/balancing/consistent-hash.js';
export type { ConsistentHashOptions } from './instances/balancing/consistent-hash.js';
export { leastInFlight } from './instances/balancing/least-in-flight.js';

export type { Balancer, Picker } from './instances/balancing/balancer.js';

export { ClientGovernance } from './client/client-governance.js';
export type { ClientGovernanceOptions } from './client/client-governance-options.js';

export type { MethodPolicies } from './client/method-policies.js';
export type { GovernanceEvent } from './client/method-stages.js';

export { GovernanceFile } from './config/config-file.js';

export { configuredServerLimits } from './client/kitex-policies.js';
export type { GovernanceConfigSource } from './config/config-file.js';
export type {
  GovernanceConfig,
  LimitConfig,
  MethodConfig,
  ServiceConfig,
} from './config/governance-schema.js';

export { degradation } from './stages/access/access-rule.js';
export type { AccessRule } from './stages/access/access-rule.js';
export { ServerProtection } from './stages/limit/server-protection.js';
export type {
  ConnectionLimiter,
  ServerLimits,
  ServerProtectionOptions,
} from './stages/limit/server-protection.js';

export type { FallbackFunction, FallbackOptions } from './stages/fallback/fallback-stage.js';

export type { BatchOptions } from './stages/batch/batch-stage.js';

export type { TimeoutOptions } from './stages/timeout/timeouts.js';

export type { DynamicTimeoutOptions } from './stages/timeout/dynamic-timeout.js';

export type {
  BackupRetryOptions,
  ErrorClass,
  FailureRetryOptions,
  MixedRetryOptions,
  RetryConditions,
  RetryOptions,
  RetryStopOptions,
} from './stages/retry/retry-options.js';
export type { BackoffOptions } from './stages/retry/backoff.js';

export type { RetryEvent } from './stages/retry/retry-stage.js';

export type { BreakerStateChange } from './stages/breaker/circuit-breaker.js';
export type { CircuitBreakerOptions } from './stages/breaker/breaker-options.js';
