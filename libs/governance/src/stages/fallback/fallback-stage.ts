import type { MethodDefinition, RequestMethod } from '@nestjs-thrift/codec';
import { RpcTimeoutError, type Invoke, type OutgoingCall } from '@nestjs-thrift/transport';
import { refusedStreams, type Stage } from '../../chain/stage.js';
import {
  callback,
  callbackError,
  group,
  option,
  type Option,
  plainAnswer,
  refined,
  returnsValue,
} from '@nestjs-thrift/transport/internal';
import { CircuitBreakerOpenError, RetryExhaustedError } from '../../errors/errors.js';
import { resultsFrom } from './fallback-value.js';

/** What answers in place of a call. `undefined` returned for a method with a result keeps the original error. */
export type FallbackFunction = (error: unknown, call: OutgoingCall) => unknown;

/** When a fallback answers. */
interface FallbackConditions {
  /**
   * `error`: for every error, business errors included (Kitex: ErrorFallback). `timeout_or_open`: only for
   * timeouts and open circuit breakers (Kitex: TimeoutAndCBFallback). Or a predicate; if it throws or returns a promise, the call
   * fails with a CallbackError. Default `error`.
   */
  readonly on?: 'error' | 'timeout_or_open' | ((error: unknown) => boolean);
}

/** Answers in place of a failed call. Kitex: client.WithFallback, which knows functions only. */
export type FallbackOptions = FallbackConditions &
  (
    | {
        /** Gives the answer, or throws the error the caller is to get. */
        readonly answer: FallbackFunction;
      }
    | {
        /** The answer as plain data, checked against the IDL; every call gets a separate copy. `null` for a void method. */
        readonly value: unknown;
      }
  );

/** Options of a fallback. */
export const FALLBACK_OPTIONS = {
  /** For which errors: `error` for every one, `timeout_or_open` for timeouts and open circuit breakers, or a predicate. Default `error`. */
  on: option<NonNullable<FallbackConditions['on']>>(
    "'error', 'timeout_or_open' or a function",
    (value) => value === 'error' || value === 'timeout_or_open' || typeof value === 'function',
  ),
  /** Returns the result, or throws the error that the caller is to get. Needed without `value`. */
  answer: callback<FallbackFunction>(),
  /** The result as plain data, checked against the IDL; `null` for a void method. */
  value: option<unknown>('plain data', () => true),
};

/** The option `fallback` of the policies of a method. */
export const FALLBACK: Option<FallbackOptions> = refined(
  group(FALLBACK_OPTIONS),
  ({ answer, value }, report) => {
    if ((answer === undefined) === (value === undefined)) {
      report('answer', 'or value must be given, and not both');
    }
  },
) as Option<FallbackOptions, undefined, never>;

/**
 * Answers in place of calls that failed after all retries. What the fallback throws reaches the caller as it is; when it
 * gives `undefined` for a method that returns something, the caller gets the original error, as in Kitex.
 *
 * @throws TypeError, when it is composed, for a value that is not a result of the method.
 */
export function fallbackStage(options: FallbackOptions, method: MethodDefinition): Stage {
  return {
    name: 'fallback',
    // Not earlier: a value for a rejected method is not a result of it either.
    unary: (next) => answering(next, options, method as RequestMethod),
    refuses: {
      oneway: 'a fallback stands in for a reply',
      ...refusedStreams('a fallback stands in for one reply'),
    },
  };
}

function answering(next: Invoke, options: FallbackOptions, method: RequestMethod): Invoke {
  const { on = 'error' } = options;
  const answer = 'answer' in options ? options.answer : resultsFrom(method, options.value);
  const applies = typeof on === 'function' ? on : on === 'error' ? () => true : isTimeoutOrOpen;
  const answerInstead = async (error: unknown, call: OutgoingCall): Promise<unknown> => {
    if (!isApplied(applies, error, call)) {
      throw error;
    }
    const value = await answer(error, call);
    if (value === undefined && returnsValue(method)) {
      throw error;
    }
    return value;
  };
  return (call) => next(call).then(undefined, (error: unknown) => answerInstead(error, call));
}

function isApplied(
  applies: (error: unknown) => boolean,
  error: unknown,
  call: OutgoingCall,
): boolean {
  try {
    return plainAnswer(applies(error));
  } catch (fault) {
    throw callbackError('fallback.on', call, fault, error);
  }
}

function isTimeoutOrOpen(error: unknown): boolean {
  const original = error instanceof RetryExhaustedError ? error.cause : error;
  return original instanceof RpcTimeoutError || original instanceof CircuitBreakerOpenError;
}
