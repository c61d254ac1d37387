import type { ArgumentsHost } from '@nestjs/common';
import { BaseRpcExceptionFilter, type MessageHandler } from '@nestjs/microservices';
import type { IncomingCall } from '@nestjs-thrift/transport';
import { HandlerResult, isThenable, type ResultConverter } from '@nestjs-thrift/transport/internal';
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
import { settleBareStream, settleStream } from '../stream/settle-stream.js';
import type { BareHandler } from './bare-handlers.js';

/**
 * Runs a handler to its result. Nest's handlers resolve to a plain value, or to an Observable when interceptors or
 * filters took part or the handler returned one; its last value is the result then, and rxjs is used only then.
 */
export function settle(
  handler: MessageHandler,
  data: unknown,
  context: ThriftContext,
): HandlerResult<IncomingCall> {
  return resultOf(handler(data, context), throughNest, context.call);
}

/** As {@link settle}, for a handler without Nest's pipeline around it; a plain value comes back as it is. */
export function settleBare(handler: BareHandler, data: unknown, call: IncomingCall): unknown {
  let result: unknown;
  try {
    result = handler(data, call);
  } catch (error) {
    return failAsNest(error, call);
  }
  if (isThenable(result)) {
    return resultOf(result, bare, call);
  }
  return isObservable(result) ? lastOf(result, bare, call) : result;
}

const throughNest: ResultConverter<IncomingCall> = {
  value: (value, call) => (isObservable(value) ? lastOf(value, throughNest, call) : value),
  error: (error, call) => {
    throw toCallerError(error, call);
  },
};

const bare: ResultConverter<IncomingCall> = {
  value: (value, call) => (isObservable(value) ? lastOf(value, bare, call) : value),
  error: failAsNest,
};

function resultOf(
  result: unknown,
  converter: ResultConverter<IncomingCall>,
  call: IncomingCall,
): HandlerResult<IncomingCall> {
  // What only behaves like a promise may settle twice or throw.
  const promise = result instanceof Promise ? result : Promise.resolve(result);
  return new HandlerResult(promise, converter, call);
}

/** The last value; unsubscribes when the call ends before that, for nothing would read what comes later. */
function lastOf(
  values: Observable<unknown>,
  converter: ResultConverter<IncomingCall>,
  call: IncomingCall,
): Promise<unknown> {
  const { signal } = call;
  const ended = fromEvent(signal, 'abort').pipe(
    startWith(undefined),
    filter(() => signal.aborted),
    map(() => {
      throw signal.reason;
    }),
  );
  const last = lastValueFrom(values.pipe(takeUntil(ended)), { defaultValue: undefined });
  return last.catch((error: unknown) => converter.error(error, call));
}

const nestFilter = new BaseRpcExceptionFilter();
/** Nest's own filter asks nothing about the place an error comes from. */
const NO_HOST = {} as ArgumentsHost;

/** As {@link settle}, for a handler that returns a stream of messages. */
export function settleMessages(
  handler: MessageHandler,
  data: unknown,
  context: ThriftContext,
): Promise<unknown> {
  const run = (): unknown => handler(data, context);
  return settleStream(run, (error) => {
    throw toCallerError(error, context.call);
  });
}

/** As {@link settleBare}, for a handler that returns a stream of messages. */
export function settleBareMessages(
  handler: BareHandler,
  data: unknown,
  call: IncomingCall,
): Promise<unknown> {
  return settleBareStream(
    () => handler(data, call),
    (error) => failAsNest(error, call),
  );
}

/** The handling of an error without a bound filter: Nest logs it and replaces it by a text. */
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
