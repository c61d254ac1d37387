import { ThriftRpcError } from '@nestjs-thrift/codec';
import { branded } from '@nestjs-thrift/codec/internal';
import { errorText } from './error-text.js';

/** The call a function of the application was asked about. */
export interface AskedCall {
  readonly service: { readonly name: string };
  readonly method: { readonly name: string };
}

/**
 * A function of the application that decides about calls, for example `retryError` or a balancer, threw, or returned a promise where a
 * plain value is needed. It is a fault of this process: such a call is not retried, and no breaker counts it.
 */
export class CallbackError extends ThriftRpcError {
  static {
    branded(this, 'CallbackError');
  }

  /** The option that holds the function, for example `retryError`. */
  readonly option: string;
  /** What the call itself failed with, where the function was asked about that; the error of the function is the `cause`. */
  readonly callError: unknown;

  /** @param where the method it was asked about, or what else the option belongs to. */
  constructor(option: string, where: string, cause: unknown, callError?: unknown) {
    const about = callError === undefined ? '' : `, asked about "${errorText(callError)}"`;
    super(
      'CALLBACK_FAILED',
      `${option} of ${where} failed${about}: ${errorText(cause)}; correct this function of the application`,
      { cause },
    );
    this.option = option;
    this.callError = callError;
  }
}

/**
 * The error of a call whose function failed; an existing callback error is returned unchanged.
 *
 * @param where the call, or a name of what else the option belongs to.
 */
export function callbackError(
  option: string,
  where: AskedCall | string,
  cause: unknown,
  callError?: unknown,
): CallbackError {
  if (cause instanceof CallbackError) {
    return cause;
  }
  const name = typeof where === 'string' ? where : `${where.service.name}.${where.method.name}`;
  return new CallbackError(option, name, cause, callError);
}

/**
 * What a function of the application answered about a call.
 *
 * @throws TypeError for a promise: taken as an answer it would mean yes, and its rejection would end the process.
 */
export function plainAnswer<T>(answer: T): T {
  if (isThenable(answer)) {
    answer.then(undefined, () => {});
    throw new TypeError('it returned a promise, and must return a plain value');
  }
  return answer;
}

/** Whether a value is awaited by `await`. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
