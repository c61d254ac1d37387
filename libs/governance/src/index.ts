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
export { InstanceDirectory } from './discovery/instance-directory.js';
export type { InstanceChange, InstanceDirectoryOptions } from './discovery/instance-directory.js';

export { weightedRoundRobin } from './balancing/weighted-round-robin.js';
export { resolveAndBalance, MAX_PICKS } from './balancing/resolve-and-balance.js';
export type { Balancer, Picker } from './balancing/balancer.js';

export type { Subscribe, Subscription } from './events/emitter.js';
export type { Clock } from './time/clock.js';
