import type { MethodDefinition } from '@nestjs-thrift/codec';
import {
  CancelledError,
  ClosedError,
  ConnectError,
  PoolExhaustedError,
  RpcTimeoutError,
  type OutgoingCall,
} from '@nestjs-thrift/transport';
import { classifyForService, isBusinessError } from '../breaker/classify.js';
import type { AttemptOutcome } from './retry-budget.js';
import type { RetryConditions } from './retry-options.js';
import type { Ended } from './retry-run.js';

/** Whether the call may be carried out twice: what the policy says, else what the IDL says; a oneway call is like any other. */
export function isIdempotent(conditions: RetryConditions, call: OutgoingCall): boolean {
  return conditions.idempotent ?? call.method.idempotent;
}

/**
 * Whether a call that ended so is worth another attempt.
 *
 * Never: business errors, cancelled calls, a closed client. Always: attempts that never reached a handler, because no
 * connection was made or none was free. Only for idempotent methods: timeouts, and whatever the policy adds.
 */
export function shouldRetryCall(
  conditions: RetryConditions,
  call: OutgoingCall,
  ended: Ended<unknown>,
): boolean {
  if ('value' in ended) {
    return (
      conditions.retryResult !== undefined &&
      isIdempotent(conditions, call) &&
      conditions.retryResult(ended.value, call)
    );
  }
  const { error } = ended;
  if (isFinal(error, call)) {
    return false;
  }
  return (
    wasNotSent(error) || (isIdempotent(conditions, call) && isAskedFor(conditions, call, error))
  );
}

/** The outcome of an attempt as the retry budget counts it; `undefined` if it says nothing about the service. */
export function outcomeOf(
  ended: Ended<unknown>,
  method?: MethodDefinition,
): AttemptOutcome | undefined {
  if ('value' in ended) {
    return 'success';
  }
  const outcome = classifyForService(ended.error, method);
  return outcome === 'ignored' ? undefined : outcome;
}

function isFinal(error: unknown, call: OutgoingCall): boolean {
  return (
    isBusinessError(error, call.method) ||
    error instanceof CancelledError ||
    error instanceof ClosedError
  );
}

/** Whether the attempt cannot have reached a handler. */
export function wasNotSent(error: unknown): boolean {
  return error instanceof ConnectError || error instanceof PoolExhaustedError;
}

function isAskedFor(conditions: RetryConditions, call: OutgoingCall, error: unknown): boolean {
  if (error instanceof RpcTimeoutError && conditions.retryTimeouts !== false) {
    return true;
  }
  return (
    (conditions.retryErrors?.some((type) => error instanceof type) ?? false) ||
    (conditions.retryError?.(error, call) ?? false)
  );
}
