import type { BreakerStateChange, BreakerSnapshot } from '../stages/breaker/circuit-breaker.js';
import type {
  InstanceChange,
  InstanceDirectory,
} from '../instances/discovery/instance-directory.js';
import type { GovernanceConfigError } from '../errors/errors.js';
import { type RetryEvent, RetryEvents, retryStage } from '../stages/retry/retry-stage.js';
import { isDeepStrictEqual } from 'node:util';
import type { MethodDefinition, RequestMethod } from '@nestjs-thrift/codec';
import type { Invoke, Middleware } from '@nestjs-thrift/transport';
import { accessStage, degradation } from '../stages/access/access-rule.js';
import { resolveAndBalance } from '../instances/balancing/resolve-and-balance.js';
import { batchStage } from '../stages/batch/batch-stage.js';
import type { CircuitBreakerOptions } from '../stages/breaker/breaker-options.js';
import { BreakerRegistry } from '../stages/breaker/breaker-registry.js';
import {
  instanceBreakerStage,
  serviceBreakerKey,
  serviceBreakerStage,
} from '../stages/breaker/breaker-stages.js';
import { classifyForInstance, classifyForService } from '../stages/breaker/classify.js';
import type { CallChainStages } from '../chain/create-call-chain.js';
import type { Stage } from '../chain/stage.js';
import type { Instance } from '../instances/discovery/instance.js';
import type { Failover } from '../instances/failover/failover.js';
import { fallbackStage } from '../stages/fallback/fallback-stage.js';
import { usePolicy } from '../stages/policy/use-policy.js';
import { RetryBudget } from '../stages/retry/retry-budget.js';
import { hedgeDelay, type HedgeDelay } from '../stages/retry/hedge-delay.js';
import {
  resolveRetryOptions,
  type ResolvedRetryOptions,
  type RetryOptions,
} from '../stages/retry/retry-options.js';
import { DynamicTimeout, type DynamicTimeoutOptions } from '../stages/timeout/dynamic-timeout.js';
import { callTimeoutStage, timeoutStage } from '../stages/timeout/timeout-stage.js';
import type { EffectivePolicies } from './method-policies.js';

/** Something the governance of a client did; for metrics, logs and diagnosis. Kitex: the event queue of a client. */
export type GovernanceEvent =
  | RetryEvent
  | ({ readonly type: 'breaker' } & BreakerStateChange)
  | ({ readonly type: 'instances' } & InstanceChange)
  | { readonly type: 'resolve_failed'; readonly service: string; readonly error: Error }
  | { readonly type: 'config_applied'; readonly service: string }
  | {
      readonly type: 'config_rejected';
      readonly service: string;
      readonly error: GovernanceConfigError;
    };

/** What the stages of all methods of a client share. */
export interface MethodStagesContext {
  readonly targetServiceName: string;
  readonly serviceName: string;
  readonly middlewares: readonly Middleware[];
  readonly directory: InstanceDirectory | undefined;
  readonly failover: Failover | undefined;
  readonly emit: (event: GovernanceEvent) => void;
}

/** Turns the policies of methods into stages, and keeps what must outlive a change of the policies. */
export class MethodStages {
  readonly #context: MethodStagesContext;
  readonly #serviceBreakers = new BreakerRegistry({
    scope: 'service',
    classify: classifyForService,
  });
  readonly #instanceBreakers = new BreakerRegistry({
    scope: 'instance',
    classify: classifyForInstance,
  });
  readonly #budgets = new Map<string, RetryBudget>();
  readonly #hedgeDelays = new Map<string, { settings: ResolvedRetryOptions; delay: HedgeDelay }>();
  readonly #dynamicTimeouts = new Map<string, [DynamicTimeoutOptions, DynamicTimeout]>();
  readonly #retryEvents = new RetryEvents();

  constructor(context: MethodStagesContext) {
    this.#context = context;
    for (const { onStateChange } of [this.#serviceBreakers, this.#instanceBreakers]) {
      onStateChange((change) => context.emit({ type: 'breaker', ...change }));
    }
    this.#retryEvents.onEvent((event) => context.emit(event));
  }

  /** @param bulk the bulk method and its chain, for a method whose calls are merged. */
  of(
    method: MethodDefinition,
    policies: EffectivePolicies,
    instanceBreaker: CircuitBreakerOptions | false,
    bulk: { readonly method: RequestMethod; readonly send: Invoke } | undefined,
  ): CallChainStages {
    const { directory } = this.#context;
    const { batch, fallback } = policies;
    return {
      batch:
        batch && bulk ? batchStage(batch, bulk.method, bulk.send, access(policies)) : undefined,
      fallback: fallback ? fallbackStage(fallback, method) : undefined,
      callTimeout: callTimeoutStage(policies.timeout.timeoutMs),
      retry: this.#retry(method, policies.retry),
      failover: this.#context.failover?.stage,
      serviceBreaker: this.#serviceBreaker(method, policies.circuitBreaker),
      timeout: this.#timeout(method, policies),
      middlewares: [...this.#context.middlewares, ...(policies.policies ?? []).map(usePolicy)],
      acl: access(policies),
      balancing: directory && resolveAndBalance(directory),
      instanceBreaker: this.#instanceBreaker(instanceBreaker),
    };
  }

  /** Instances that are gone need no breakers. */
  dropInstances(instances: readonly Instance[]): void {
    for (const { address } of instances) {
      this.#instanceBreakers.delete(address);
    }
  }

  /** Breakers that the policies no longer have must not be reported as open. */
  dropBreakers(methods: readonly MethodDefinition[], ofInstances: boolean): void {
    for (const method of methods) {
      this.#serviceBreakers.delete(this.#breakerKey(method));
    }
    if (ofInstances) {
      this.#instanceBreakers.clear();
    }
  }

  breakers(): readonly BreakerSnapshot[] {
    return [...this.#serviceBreakers.snapshots(), ...this.#instanceBreakers.snapshots()];
  }

  forceBreaker(key: string, state: 'open' | 'closed' | undefined): boolean {
    const breaker = this.#serviceBreakers.find(key) ?? this.#instanceBreakers.find(key);
    breaker?.force(state);
    return breaker !== undefined;
  }

  #retry(method: MethodDefinition, options: RetryOptions | false | undefined) {
    if (!options) {
      return undefined;
    }
    const budget = this.#budgets.get(method.name) ?? new RetryBudget();
    this.#budgets.set(method.name, budget);
    const settings = resolveRetryOptions(options);
    return retryStage(settings, budget, this.#retryEvents, this.#hedgeDelay(method, settings));
  }

  /** Kept while its settings stay the same, so that a change elsewhere does not forget the latency observed. */
  #hedgeDelay(method: MethodDefinition, settings: ResolvedRetryOptions): HedgeDelay {
    const known = this.#hedgeDelays.get(method.name);
    const { delayMs, delayPercentile } = settings;
    if (known?.settings.delayMs === delayMs && known.settings.delayPercentile === delayPercentile) {
      return known.delay;
    }
    const delay = hedgeDelay(settings);
    this.#hedgeDelays.set(method.name, { settings, delay });
    return delay;
  }

  #serviceBreaker(method: MethodDefinition, options: CircuitBreakerOptions | false | undefined) {
    if (!options) {
      return undefined;
    }
    const breaker = this.#serviceBreakers.obtain(this.#breakerKey(method), options);
    breaker.update(options);
    return serviceBreakerStage(breaker);
  }

  #breakerKey(method: MethodDefinition): string {
    const { serviceName, targetServiceName } = this.#context;
    return serviceBreakerKey(serviceName, targetServiceName, method.name);
  }

  #instanceBreaker(options: CircuitBreakerOptions | false): Stage | undefined {
    if (!options) {
      return undefined;
    }
    this.#instanceBreakers.updateAll(options);
    return instanceBreakerStage(this.#instanceBreakers, options);
  }

  /** Deadlines of calls and of requests being served are kept by the transport itself. */
  #timeout(method: MethodDefinition, { timeout, dynamicTimeout }: EffectivePolicies) {
    const dynamic = this.#dynamicTimeout(method, dynamicTimeout);
    const { attemptTimeoutMs, connectTimeoutMs, readTimeoutMs } = timeout;
    const any =
      attemptTimeoutMs > 0 || connectTimeoutMs !== undefined || readTimeoutMs !== undefined;
    return any || dynamic !== undefined ? timeoutStage(timeout, dynamic) : undefined;
  }

  /** Kept while its options stay the same, so that a change elsewhere does not forget the latency observed. */
  #dynamicTimeout(method: MethodDefinition, options: DynamicTimeoutOptions | false | undefined) {
    if (!options) {
      return undefined;
    }
    const known = this.#dynamicTimeouts.get(method.name);
    if (known !== undefined && isDeepStrictEqual(known[0], options)) {
      return known[1];
    }
    const made = new DynamicTimeout(options);
    this.#dynamicTimeouts.set(method.name, [options, made]);
    return made;
  }
}

function access({ accessRules: rules = [], degradationPercentage = 0 }: EffectivePolicies) {
  const all = degradationPercentage > 0 ? [...rules, degradation(degradationPercentage)] : rules;
  return all.length > 0 ? accessStage(all) : undefined;
}
