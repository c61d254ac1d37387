import type { CallKind } from '@nestjs-thrift/codec/internal';
import type { OutgoingCall } from '@nestjs-thrift/transport';
import {
  asGiven,
  callback,
  group,
  listOf,
  milliseconds,
  option,
  type Option,
  type OptionsOf,
  orFalse,
  recordOf,
} from '@nestjs-thrift/transport/internal';
import { PERCENTAGE, type AccessRule } from '../stages/access/access-rule.js';
import { BATCH_OPTIONS } from '../stages/batch/batch-stage.js';
import { CIRCUIT_BREAKER } from '../stages/breaker/breaker-options.js';
import { FALLBACK } from '../stages/fallback/fallback-stage.js';
import type { AnyPolicy } from '../stages/policy/use-policy.js';
import { RETRY } from '../stages/retry/retry-options.js';
import { DYNAMIC_TIMEOUT, type DynamicTimeoutOptions } from '../stages/timeout/dynamic-timeout.js';
import { resolveTimeouts, TIMEOUT_OPTIONS, type Timeouts } from '../stages/timeout/timeouts.js';

/** Policies of one method. */
export const METHOD_POLICIES = {
  /** Limits in time. */
  timeout: group(TIMEOUT_OPTIONS),
  /** Follows the latency observed instead of `timeout.attemptTimeoutMs`, unless a layer above names one; `false` for none. */
  dynamicTimeout: orFalse(DYNAMIC_TIMEOUT),
  /** What is repeated; `false` for nothing. */
  retry: orFalse(RETRY),
  /** The service-level breaker of the method; `false` for none. */
  circuitBreaker: CIRCUIT_BREAKER,
  /** What replaces the result of a call that failed; `false` for nothing. */
  fallback: orFalse(FALLBACK),
  /** Percentage of calls rejected at random, 0 to 100. */
  degradationPercentage: PERCENTAGE,
  /** Access rules of the client. */
  accessRules: listOf(callback<AccessRule<OutgoingCall>>()),
  /** Further policies, the first one outermost. */
  policies: listOf(
    option<AnyPolicy>(
      'a policy with a method execute',
      (value) => typeof (value as Partial<AnyPolicy> | null)?.execute === 'function',
    ),
  ),
  /** Merges concurrent calls into one of a bulk method; `false` for none. */
  batch: orFalse(group(BATCH_OPTIONS)),
  /** Time limits of streams that do not set their own; for methods with a stream, where `timeout` does not count. */
  stream: group({
    /** Longest wait for a message, in milliseconds; 0 for no limit. */
    recvTimeoutMs: milliseconds(),
    /** Time for the stream as a whole, in milliseconds; 0 for no limit. */
    timeoutMs: milliseconds(),
  }),
};

/**
 * The policies of one method in one layer: the policy file, a decorator, or the options of a client. Missing ones are taken from the
 * next layer; `false` means that there is none.
 */
export interface MethodPolicies extends OptionsOf<typeof METHOD_POLICIES> {}

/** An option that is the policies of a method; they stay as given, since layers are merged before defaults apply. */
export const POLICIES: Option<MethodPolicies> = asGiven(group(METHOD_POLICIES));

/** An option that is policies by the names of methods. */
export const POLICIES_BY_METHOD: Option<Readonly<Record<string, MethodPolicies>>> = asGiven(
  recordOf(POLICIES),
);

/** An option that is policies by these names of methods. */
export function policiesByMethod(names: readonly string[]): typeof POLICIES_BY_METHOD {
  const table = Object.fromEntries(names.map((name) => [name, POLICIES]));
  return asGiven(group(table)) as typeof POLICIES_BY_METHOD;
}

/** The policies in force for a method, all layers applied. */
export interface EffectivePolicies extends Omit<MethodPolicies, 'timeout'> {
  readonly timeout: Timeouts;
}

/**
 * Applies layers of policies, the first one strongest: file or config center, decorator, client. Timeouts are merged
 * value by value, every other policy is taken whole from the first layer that says it. What a single call says is
 * stronger than all of them and applied per call.
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
