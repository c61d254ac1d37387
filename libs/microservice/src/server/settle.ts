import type { ArgumentsHost } from '@nestjs/common';
import { BaseRpcExceptionFilter, type MessageHandler } from '@nestjs/microservices';
import type { IncomingCall } from '@nestjs-thrift/transport';
import {
  filter,
  fromEvent,
  isObservable,
  lastValueFrom,
  map,
  type Observable,
  startWith,
  takeUntil,
} from 'rxjs';
import type { ThriftContext } from '../context/thrift-context.js';
import { toCallerError } from '../errors/caller-error.js';
import { isForCaller } from '../errors/public-error.js';
import type { BareHandler } from './bare-handlers.js';

/**
 * Runs a handler to its result. Nest's handlers resolve to a plain value, or to an Observable when interceptors or
 * filters took part or the handler returned one; its last value is the result then, and rxjs is used only then.
 *
 * No async function, because every promise on the way of a call costs as much as decoding it.
 */
export function settle(
  handler: MessageHandler,
  data: unknown,
  context: ThriftContext,
): Promise<unknown> {
  return untilLast(Promise.resolve(handler(data, context)), context.call, (error) => {
    throw toCallerError(error, context.call);
  });
}

/** As {@link settle}, for a handler without Nest's pipeline around it; a plain value comes back as it is. */
export function settleBare(handler: BareHandler, data: unknown, call: IncomingCall): unknown {
  const fail = (error: unknown) => failAsNest(error, call);
  let result: unknown;
  try {
    result = handler(data, call);
  } catch (error) {
    return fail(error);
  }
  if (isThenable(result)) {
    return untilLast(result, call, fail);
  }
  return isObservable(result) ? lastOf(result, call, fail) : result;
}

type Fail = (error: unknown) => never | Promise<never>;

function untilLast(result: PromiseLike<unknown>, call: IncomingCall, fail: Fail): Promise<unknown> {
  const settled = result.then(
    (value) => (isObservable(value) ? lastOf(value, call, fail) : value),
    fail,
  );
  return settled as Promise<unknown>;
}

/** The last value; unsubscribes when the call ends before that, for nothing would read what comes later. */
function lastOf(
  values: Observable<unknown>,
  { signal }: IncomingCall,
  fail: Fail,
): Promise<unknown> {
  const ended = fromEvent(signal, 'abort').pipe(
    startWith(undefined),
    filter(() => signal.aborted),
    map(() => {
      throw signal.reason;
    }),
  );
  return lastValueFrom(values.pipe(takeUntil(ended)), { defaultValue: undefined }).catch(fail);
}

const nestFilter = new BaseRpcExceptionFilter();
/** Nest's own filter asks nothing about the place an error comes from. */
const NO_HOST = {} as ArgumentsHost;

/** What becomes of an error where nobody bound a filter: Nest logs it and puts a text in its place. */
async function failAsNest(error: unknown, call: IncomingCall): Promise<never> {
  if (isForCaller(error, call)) {
    throw error;
  }
  try {
    return await lastValueFrom(nestFilter.catch(error, NO_HOST) as Observable<never>);
  } catch (replacement) {
    throw toCallerError(replacement, call);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
