import type { MethodDefinition } from '@nestjs-thrift/codec';
import { errorRow, type ErrorCodeRow } from '@nestjs-thrift/codec/internal';
import type { OutgoingCall } from '@nestjs-thrift/transport';
import { callbackError, isBusinessOutcome, plainAnswer } from '@nestjs-thrift/transport/internal';
import { classifyForService } from '../breaker/classify.js';
import { mayGoElsewhere } from '../../chain/visited-instances.js';
import type { AttemptOutcome } from './retry-budget.js';
import type { RetryConditions } from './retry-options.js';
import type { Ended } from './retry-run.js';

/** Whether the call may be carried out twice: what the policy says, else what the IDL says; a oneway call is like any other. */
export function isIdempotent(conditions: RetryConditions, call: OutgoingCall): boolean {
  return conditions.idempotent ?? call.method.idempotent;
}

/**
 * Whether a call that ended so is worth another attempt: what the table of error codes says about the error. Business
 * outcomes never are. Other errors, and results, are if the method is idempotent and the policy asks for it.
 *
 * @throws CallbackError when `retryError` or `retryResult` throws or returns a promise.
 */
export function shouldRetryCall(
  conditions: RetryConditions,
  call: OutgoingCall,
  ended: Ended<unknown>,
): boolean {
  if ('value' in ended) {
    return isIdempotent(conditions, call) && isResultToRetry(conditions, call, ended.value);
  }
  const { error } = ended;
  if (isBusinessOutcome(error, call.method)) {
    return false;
  }
  const row = errorRow(error);
  switch (row?.retry) {
    case 'never':
      return false;
    case 'always':
      return true;
    case 'on-another-instance':
      return mayGoElsewhere(call) || isAskedFor(conditions, call, error);
    case 'if-idempotent':
      return (
        (isIdempotent(conditions, call) && isRetriedUnasked(conditions, row)) ||
        isAskedFor(conditions, call, error)
      );
    default:
      return isAskedFor(conditions, call, error);
  }
}

/** Whether a function that is safe to repeat may be attempted again, without knowledge of methods and instances. */
export function shouldRetryFunction(error: unknown): boolean {
  const retry = errorRow(error)?.retry;
  return retry === 'always' || retry === 'if-idempotent';
}

/** The outcome of an attempt as the retry budget counts it; `undefined` if it is neutral about the service. */
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

function isRetriedUnasked({ retryTimeouts }: RetryConditions, { service }: ErrorCodeRow): boolean {
  return service !== 'timeout' || retryTimeouts !== false;
}

function isAskedFor(conditions: RetryConditions, call: OutgoingCall, error: unknown): boolean {
  if (!isIdempotent(conditions, call)) {
    return false;
  }
  return (
    (conditions.retryErrors?.some((type) => error instanceof type) ?? false) ||
    isErrorToRetry(conditions, call, error)
  );
}

function isErrorToRetry(
  { retryError }: RetryConditions,
  call: OutgoingCall,
  error: unknown,
): boolean {
  try {
    return plainAnswer(retryError?.(error, call) ?? false);
  } catch (fault) {
    throw callbackError('retryError', call, fault, error);
  }
}

function isResultToRetry(
  { retryResult }: RetryConditions,
  call: OutgoingCall,
  result: unknown,
): boolean {
  try {
    return plainAnswer(retryResult?.(result, call) ?? false);
  } catch (fault) {
    throw callbackError('retryResult', call, fault);
  }
}
