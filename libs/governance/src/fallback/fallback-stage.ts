import { RpcTimeoutError, type Middleware, type OutgoingCall } from '@nestjs-thrift/transport';
import { CircuitBreakerOpenError } from '../errors/circuit-breaker-open.error.js';
import { RetryExhaustedError } from '../errors/retry-exhausted.error.js';

/** What answers in place of a call. `undefined` returned for a method with a result keeps the original error. */
export type FallbackFunction = (error: unknown, call: OutgoingCall) => unknown;

/** Answers in place of a failed call. Kitex: client.WithFallback. */
export interface FallbackOptions {
  /**
   * `error`: for every error, business errors included (Kitex: ErrorFallback). `timeout_or_open`: only for
   * timeouts and open circuit breakers (Kitex: TimeoutAndCBFallback). Or a predicate. Default `error`.
   */
  readonly on?: 'error' | 'timeout_or_open' | ((error: unknown) => boolean);
  /** Gives the answer, or throws the error the caller is to get. */
  readonly answer: FallbackFunction;
}

/**
 * Answers in place of calls that failed after all retries. What the fallback throws reaches the caller as it is; when it
 * gives `undefined` for a method that returns something, the caller gets the original error, as in Kitex.
 */
export function fallbackStage(options: FallbackOptions): Middleware {
  const { answer, on = 'error' } = options;
  const applies = typeof on === 'function' ? on : on === 'error' ? () => true : isTimeoutOrOpen;
  return (next) => async (call) => {
    try {
      return await next(call);
    } catch (error) {
      if (!applies(error)) {
        throw error;
      }
      const value = await answer(error, call);
      if (value === undefined && !call.method.returnsVoid) {
        throw error;
      }
      return value;
    }
  };
}

function isTimeoutOrOpen(error: unknown): boolean {
  const original = error instanceof RetryExhaustedError ? error.cause : error;
  return original instanceof RpcTimeoutError || original instanceof CircuitBreakerOpenError;
}
