import type { CallKind } from '@nestjs-thrift/codec/internal';
import type { OutgoingCall } from '@nestjs-thrift/transport';
import type { AccessRule } from '../stages/access/access-rule.js';
import type { BatchOptions } from '../stages/batch/batch-stage.js';
import type { CircuitBreakerOptions } from '../stages/breaker/breaker-options.js';
import type { FallbackOptions } from '../stages/fallback/fallback-stage.js';
import type { AnyPolicy } from '../stages/policy/use-policy.js';
import type { RetryOptions } from '../stages/retry/retry-options.js';
import type { DynamicTimeoutOptions } from '../stages/timeout/dynamic-timeout.js';
import { resolveTimeouts, type TimeoutOptions, type Timeouts } from '../stages/timeout/timeouts.js';

/**
 * The policies of one method as one layer says them: the governance file, a decorator, or the options of a client. What is
 * left out comes from the next layer; `false` says that there is none.
 */
export interface MethodPolicies {
  readonly timeout?: TimeoutOptions;
  /** Follows the latency observed instead of `timeout.attemptTimeoutMs`, unless a layer above names one. */
  readonly dynamicTimeout?: DynamicTimeoutOptions | false;
  readonly retry?: RetryOptions | false;
  /** The service-level breaker of the method. */
  readonly circuitBreaker?: CircuitBreakerOptions | false;
  readonly fallback?: FallbackOptions | false;
  /** Percentage of calls refused at random, 0 to 100. */
  readonly degradationPercentage?: number;
  /** Access rules of the client. */
  readonly accessRules?: readonly AccessRule<OutgoingCall>[];
  /** Further policies, the first one outermost. */
  readonly policies?: readonly AnyPolicy[];
  readonly batch?: BatchOptions | false;
}

/** The policies in force for a method, all layers applied. */
export interface EffectivePolicies extends Omit<MethodPolicies, 'timeout'> {
  readonly timeout: Timeouts;
}

/**
 * Applies layers of policies, the first one strongest: file or config center, decorator, client. Timeouts are merged
 * value by value, every other policy is taken whole from the first layer that says it. What a single call says is
 * stronger than all of them and applied per call.
 *
 * @throws RangeError for timeouts out of range.
 */
export function effectivePolicies(
  layers: readonly (MethodPolicies | undefined)[],
): EffectivePolicies {
  const merged = Object.assign({}, ...layers.toReversed().map(withoutUndefined)) as MethodPolicies;
  return {
    ...merged,
    timeout: resolveTimeouts(...layers.map((layer) => layer?.timeout)),
    dynamicTimeout: dynamicTimeout(layers),
  };
}

/** The policies that a method of a kind can have; see below. @param named the layers that name the method. */
export function policiesOfKind(
  kind: CallKind,
  policies: EffectivePolicies,
  named: readonly (MethodPolicies | undefined)[],
): EffectivePolicies {
  if (kind === 'unary') {
    return policies;
  }
  return kind === 'oneway' ? policiesOfOneway(policies, named) : policiesOfStream(policies, named);
}

/**
 * The policies that a oneway method can have. What is meant for all methods passes by one that it cannot serve; what is set for
 * the method itself stays, and is refused with a reason when its chain is composed.
 *
 * @param named the layers that name the method.
 */
function policiesOfOneway(
  policies: EffectivePolicies,
  named: readonly (MethodPolicies | undefined)[],
): EffectivePolicies {
  return {
    ...policies,
    ...withoutThoseOfReplies(policies, named),
  };
}

/** Policies that work with one reply are off where no layer names them for the method. */
function withoutThoseOfReplies(
  { retry }: EffectivePolicies,
  named: readonly (MethodPolicies | undefined)[],
): Partial<EffectivePolicies> {
  const isNamed = (policy: keyof MethodPolicies) => named.some((layer) => layer?.[policy]);
  const needsReply = retry !== undefined && retry !== false && retry.type !== 'failure';
  return {
    ...(!isNamed('fallback') && { fallback: false }),
    ...(!isNamed('batch') && { batch: false }),
    ...(needsReply && !isNamed('retry') && { retry: false }),
  };
}

/**
 * The policies that a method with a stream can have. Its timeouts are those of its options; what is meant for all
 * methods passes by one that it cannot serve; a policy of the method itself stays, and is rejected with a reason.
 *
 * @param named the layers that name the method.
 */
function policiesOfStream(
  policies: EffectivePolicies,
  named: readonly (MethodPolicies | undefined)[],
): EffectivePolicies {
  return {
    ...policies,
    timeout: {
      timeoutMs: 0,
      attemptTimeoutMs: 0,
      connectTimeoutMs: policies.timeout.connectTimeoutMs,
    },
    dynamicTimeout: false,
    ...withoutThoseOfReplies(policies, named),
  };
}

function dynamicTimeout(
  layers: readonly (MethodPolicies | undefined)[],
): DynamicTimeoutOptions | false | undefined {
  for (const layer of layers) {
    if (layer?.dynamicTimeout !== undefined || layer?.timeout?.attemptTimeoutMs !== undefined) {
      return layer.dynamicTimeout;
    }
  }
  return undefined;
}

function withoutUndefined(layer: MethodPolicies | undefined): Partial<MethodPolicies> {
  return Object.fromEntries(
    Object.entries(layer ?? {}).filter(([, value]) => value !== undefined),
  ) as Partial<MethodPolicies>;
}
