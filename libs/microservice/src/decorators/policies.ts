import type {
  BackupRetryOptions,
  BatchOptions,
  CircuitBreakerOptions,
  FailureRetryOptions,
  RetryOptions,
  TimeoutOptions,
} from '@nestjs-thrift/governance';
import {
  type AnyPolicy,
  BACKUP_RETRY_OPTIONS,
  BATCH_OPTIONS,
  CIRCUIT_BREAKER_OPTIONS,
  FAILURE_RETRY_OPTIONS,
  TIMEOUT_OPTIONS,
} from '@nestjs-thrift/governance/internal';
import { resolveOptions } from '@nestjs-thrift/transport/internal';
import {
  BULKHEAD_OPTIONS,
  type BulkheadOptions,
  type DeclaredFallback,
  type DeclaredPolicies,
} from '../governance/declared-policies.js';
import { type PolicyDecorator, policyDecorator } from './policy-decorator.js';

/*
 * Decorators of policies. They go on
 * - properties of a client interface, a class that `policiesFrom` of a client names: the policies of calls;
 * - handlers and methods of providers: the method is run through them, and then returns a promise;
 * - a class: all its calls, or all its handlers. The member's own decorators take precedence, kind by kind.
 */

/**
 * Limits the time of one attempt, with an object also that of the whole call, and of calls the time to connect and the
 * silence of the peer, as in the options of a client.
 *
 * @param limit milliseconds for one attempt, 0 for no limit, or `{ timeoutMs, attemptTimeoutMs, … }`.
 * @throws TypeError that names each wrong option. Kitex: WithRPCTimeout.
 *
 * @example
 * class UserCalls {
 *   @RpcTimeout(300) GetUser!: UserServiceClient['GetUser'];
 * }
 */
export function RpcTimeout(limit: number | TimeoutOptions): PolicyDecorator {
  const timeout = typeof limit === 'number' ? { attemptTimeoutMs: limit } : limit;
  return policyDecorator(
    'RpcTimeout',
    () => resolveOptions('', TIMEOUT_OPTIONS, timeout),
    (declared) => ({ ...declared, timeout: { ...declared.timeout, ...timeout } }),
  );
}

/**
 * Repeats what failed; together with {@link BackupRequest} at the same place both, as Kitex's mixed policy. Of a method of
 * this process it repeats timeouts and failures to connect, or what `retryErrors` and `retryError` name.
 *
 * @param options as `retry` of a client without its type; `false` where the class says something else.
 * @throws TypeError that names each wrong option. Kitex: WithFailureRetry.
 */
export function Retry(options: Omit<FailureRetryOptions, 'type'> | false = {}): PolicyDecorator {
  const own: RetryOptions | false = options && { ...options, type: 'failure' };
  return policyDecorator(
    'Retry',
    () => options && resolveOptions('', FAILURE_RETRY_OPTIONS, options),
    (declared) => ({
      ...declared,
      retry:
        own && declared.retry && declared.retry.type === 'backup'
          ? { ...declared.retry, ...own, type: 'mixed', delayMs: declared.retry.delayMs }
          : own,
    }),
  );
}

/**
 * Starts a hedged request while the first attempt has no reply; the first reply wins.
 *
 * @param options as `retry` of a client without its type.
 * @throws TypeError that names each wrong option. Kitex: WithBackupRequest.
 */
export function BackupRequest(options: Omit<BackupRetryOptions, 'type'>): PolicyDecorator {
  const own: BackupRetryOptions = { ...options, type: 'backup' };
  return policyDecorator(
    'BackupRequest',
    () => resolveOptions('', BACKUP_RETRY_OPTIONS, options),
    (declared) => ({
      ...declared,
      retry:
        declared.retry && declared.retry.type === 'failure'
          ? { ...own, ...declared.retry, type: 'mixed', delayMs: own.delayMs }
          : own,
    }),
  );
}

/**
 * Stops calling what fails too often, and tries again after a while.
 *
 * @param options as `circuitBreaker` of a client; `false` where the class says something else.
 * @throws TypeError that names each wrong option. Kitex: WithCircuitBreaker.
 */
export function CircuitBreaker(options: CircuitBreakerOptions | false = {}): PolicyDecorator {
  return policyDecorator(
    'CircuitBreaker',
    () => options && resolveOptions('', CIRCUIT_BREAKER_OPTIONS, options),
    (declared) => ({ ...declared, circuitBreaker: options }),
  );
}

/**
 * Answers in place of what failed after everything else.
 *
 * @param answer gets the error, and then the call (OutgoingCall) on a client interface or the arguments of the method, on
 *   whose object it is called. What it throws is the error.
 * @param on for which errors. Default all.
 *
 * Kitex: WithFallback.
 */
export function Fallback(
  answer: DeclaredFallback,
  on?: NonNullable<DeclaredPolicies['fallback']>['on'],
): PolicyDecorator {
  return policyDecorator(
    'Fallback',
    () => {
      if (typeof answer !== 'function') {
        throw new TypeError('give a function that answers');
      }
    },
    (declared) => ({ ...declared, fallback: { answer, on } }),
  );
}

/**
 * Lets only so many go on at once. Beyond limit and queue a call fails with cockatiel's BulkheadRejectedError, a method with
 * a LimitExceededError, which callers of a handler get to see.
 *
 * @throws TypeError that names each wrong option.
 */
export function Bulkhead(options: BulkheadOptions): PolicyDecorator {
  return policyDecorator(
    'Bulkhead',
    () => resolveOptions('', BULKHEAD_OPTIONS, options),
    (declared) => ({ ...declared, bulkhead: options }),
  );
}

/**
 * Runs calls or methods through any policy of cockatiel's shape. Several add up, the first one outermost; the policy is shared
 * by everything it is put on.
 */
export function UsePolicy(policy: AnyPolicy): PolicyDecorator {
  return policyDecorator(
    'UsePolicy',
    () => {
      if (typeof policy?.execute !== 'function') {
        throw new TypeError('give a policy, such as those of cockatiel');
      }
    },
    (declared) => ({ ...declared, policies: [policy, ...(declared.policies ?? [])] }),
  );
}

/** Merges concurrent calls into one of a bulk method of the service. On client interfaces only. */
export function Batch(options: BatchOptions): PolicyDecorator {
  return policyDecorator(
    'Batch',
    () => resolveOptions('', BATCH_OPTIONS, options),
    (declared) => ({ ...declared, batch: options }),
  );
}
