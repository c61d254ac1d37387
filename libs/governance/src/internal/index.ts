// For the packages of this project alone: undocumented, changed without notice.
export { INSTANCE, toInstance } from '../instances/discovery/instance.js';
export {
  CALL_GOVERNANCE_OPTIONS,
  CLIENT_GOVERNANCE_OPTIONS,
} from '../client/client-governance-options.js';
export { POLICIES, POLICIES_BY_METHOD, policiesByMethod } from '../client/method-policies.js';
export { BATCH_OPTIONS } from '../stages/batch/batch-stage.js';
export { CIRCUIT_BREAKER, CIRCUIT_BREAKER_OPTIONS } from '../stages/breaker/breaker-options.js';
export { BACKUP_RETRY_OPTIONS, FAILURE_RETRY_OPTIONS } from '../stages/retry/retry-options.js';
export { SERVER_PROTECTION_OPTIONS } from '../stages/limit/server-protection.js';
export { TIMEOUT_OPTIONS } from '../stages/timeout/timeouts.js';
export type { GovernedCallStart } from '../client/method-chains.js';
export { effectivePolicies } from '../client/method-policies.js';
export type { EffectivePolicies } from '../client/method-policies.js';
export { parseGovernanceConfig } from '../config/parse-config.js';
export { configuredInstanceBreaker, configuredPolicies } from '../client/kitex-policies.js';
export { usePolicy } from '../stages/policy/use-policy.js';
export type { AnyPolicy } from '../stages/policy/use-policy.js';
export type { Timeouts } from '../stages/timeout/timeouts.js';
export type { ResolvedRetryOptions } from '../stages/retry/retry-options.js';
export type { RetryStopReason } from '../stages/retry/retry-run.js';
export { RetryPolicy } from '../stages/retry/retry-policy.js';
export type { RetryPolicyOptions } from '../stages/retry/retry-policy.js';
export { CircuitBreaker } from '../stages/breaker/circuit-breaker.js';
export type {
  BreakerSnapshot,
  BreakerState,
  CircuitBreakerContext,
} from '../stages/breaker/circuit-breaker.js';
export type { ResolvedCircuitBreakerOptions } from '../stages/breaker/breaker-options.js';
export type { Subscribe, Subscription } from '../support/emitter.js';
export { unknownMethodWarnings, unknownServiceWarnings } from '../client/policy-warnings.js';
