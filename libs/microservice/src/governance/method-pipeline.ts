import { LimitExceededError, RpcTimeoutError } from '@nestjs-thrift/transport';
import { callbackError, plainAnswer, timerWheel } from '@nestjs-thrift/transport/internal';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import {
  CircuitBreakerOpenError,
  RetryExhaustedError,
  type RetryOptions,
} from '@nestjs-thrift/governance';
import { type AnyPolicy, CircuitBreaker, RetryPolicy } from '@nestjs-thrift/governance/internal';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { bulkhead, BulkheadRejectedError } from 'cockatiel';
import type { BulkheadOptions, DeclaredPolicies } from './declared-policies.js';

/** Rejects a method after so many milliseconds, within ten of them; its later result is ignored. */
export function limitTime(timeoutMs: number, name: string): (next: Pipeline) => Pipeline {
  return (next) => (invocation) =>
    new Promise((resolve, reject) => {
      const timer = timerWheel.timer(() => {
        reject(new RpcTimeoutError(timeoutMs, `${name} took longer than ${timeoutMs} ms`));
        return Infinity;
      });
      timer.arm(performance.now() + timeoutMs);
      next(invocation).then(
        (value) => {
          timer.disarm();
          resolve(value);
        },
        (error: unknown) => {
          timer.disarm();
          reject(error as Error);
        },
      );
    });
}

/**
 * Runs handlers of any kind through a policy, with the pipes and interceptors after it: a breaker in front of an HTTP
 * route, a bulkhead around a controller. Where only the handler of a Thrift method counts, the decorators cost less.
 *
 * @example
 * @UseInterceptors(new PolicyInterceptor(bulkhead(20)))
 * class ReportController {}
 */
export class PolicyInterceptor implements NestInterceptor {
  readonly #policy: AnyPolicy;

  constructor(policy: AnyPolicy) {
    this.#policy = policy;
  }

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return from(
      this.#policy.execute(() => lastValueFrom(next.handle(), { defaultValue: undefined })),
    );
  }
}

/** One call of a method of this process. */
export interface Invocation {
  readonly target: unknown;
  readonly args: readonly unknown[];
  /** Runs the method; more than once where it is retried. */
  readonly run: () => Promise<unknown>;
}

/** A method behind its policies. */
export type Pipeline = (invocation: Invocation) => Promise<unknown>;

type Stage = (next: Pipeline) => Pipeline;

/**
 * Puts the policies declared of a method around it, the outermost first: fallback, policies of the user, bulkhead, circuit
 * breaker, time limit of the call, retry, time limit of one attempt. Breaker, budget and bulkhead belong to the method, whichever object it is called on.
 *
 * @param name for messages and for the breaker.
 * @throws TypeError for a policy that only calls have.
 */
export function methodPipeline(declared: DeclaredPolicies, name: string): Pipeline {
  const { timeout, retry, circuitBreaker, policies = [] } = declared;
  if (declared.batch !== undefined) {
    throw new TypeError(`${name}: @Batch merges calls, so it belongs on a client interface`);
  }
  const stages: (Stage | undefined)[] = [
    fallback(declared, name),
    ...policies.map(through),
    declared.bulkhead && limitConcurrency(declared.bulkhead, name),
    circuitBreaker ? through(new CircuitBreaker(circuitBreaker, { key: name })) : undefined,
    timeout?.timeoutMs ? limitTime(timeout.timeoutMs, name) : undefined,
    retry ? through(new RetryPolicy(retryOfMethod(retry, name, timeout?.timeoutMs))) : undefined,
    timeout?.attemptTimeoutMs ? limitTime(timeout.attemptTimeoutMs, name) : undefined,
  ];
  return stages.reduceRight<Pipeline>(
    (next, stage) => stage?.(next) ?? next,
    ({ run }) => run(),
  );
}

/** A policy of the application may throw instead of rejecting. */
function through(policy: AnyPolicy): Stage {
  return (next) => (invocation) => {
    try {
      return policy.execute(() => next(invocation));
    } catch (error) {
      return Promise.reject(error as Error);
    }
  };
}

function retryOfMethod(options: RetryOptions, name: string, timeoutMs = 0) {
  const retry =
    timeoutMs > 0 ? { ...options, deadline: () => performance.now() + timeoutMs } : options;
  const { retryError, retryErrors = [] } = retry.type === 'backup' ? {} : retry;
  if (retryError === undefined && retryErrors.length === 0) {
    return retry;
  }
  const isAskedFor = (error: unknown): boolean => {
    try {
      return plainAnswer(retryError?.(error, undefined as never) ?? false);
    } catch (fault) {
      throw callbackError('retryError', name, fault, error);
    }
  };
  const shouldRetry = (error: unknown): boolean =>
    retryErrors.some((type) => error instanceof type) || isAskedFor(error);
  return { ...retry, shouldRetry };
}

/** Refused as by a limit of the server, which callers may know. */
function limitConcurrency({ limit, queue }: BulkheadOptions, name: string): Stage {
  const policy = bulkhead(limit, queue);
  return (next) => async (invocation) => {
    try {
      return await policy.execute(() => next(invocation));
    } catch (error) {
      if (!(error instanceof BulkheadRejectedError)) {
        throw error;
      }
      throw new LimitExceededError(`${name} is running ${limit} times already`);
    }
  };
}

function fallback({ fallback: declared }: DeclaredPolicies, name: string): Stage | undefined {
  if (declared === undefined) {
    return undefined;
  }
  const { answer, on = 'error' } = declared;
  const applies = typeof on === 'function' ? on : on === 'error' ? () => true : isTimeoutOrOpen;
  return (next) => async (invocation) => {
    try {
      return await next(invocation);
    } catch (error) {
      if (!isApplied(applies, error, name)) {
        throw error;
      }
      return await answer.call(invocation.target, error, ...(invocation.args as never[]));
    }
  };
}

function isApplied(applies: (error: unknown) => boolean, error: unknown, name: string): boolean {
  try {
    return plainAnswer(applies(error));
  } catch (fault) {
    throw callbackError('fallback.on', name, fault, error);
  }
}

function isTimeoutOrOpen(error: unknown): boolean {
  const original = error instanceof RetryExhaustedError ? error.cause : error;
  return original instanceof RpcTimeoutError || original instanceof CircuitBreakerOpenError;
}
