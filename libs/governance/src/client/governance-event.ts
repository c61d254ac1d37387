import type { BreakerStateChange } from '../stages/breaker/circuit-breaker.js';
import type { InstanceChange } from '../instances/discovery/instance-directory.js';
import type { GovernanceConfigError } from '../errors/governance-config.error.js';
import type { RetryEvent } from '../stages/retry/retry-stage.js';

/** Something the governance of a client did; for metrics, logs and diagnosis. Kitex: the event queue of a client. */
export type GovernanceEvent =
  | RetryEvent
  | ({ readonly type: 'breaker' } & BreakerStateChange)
  | ({ readonly type: 'instances' } & InstanceChange)
  | { readonly type: 'resolve_failed'; readonly service: string; readonly error: Error }
  | { readonly type: 'config_applied'; readonly service: string }
  | {
      readonly type: 'config_refused';
      readonly service: string;
      readonly error: GovernanceConfigError;
    };
