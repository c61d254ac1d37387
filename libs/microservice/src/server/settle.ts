import type { MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { ThriftContext } from '../context/thrift-context.js';
import { toCallerError } from '../errors/caller-error.js';

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
  const fail = (error: unknown): never => {
    throw toCallerError(error, context.call);
  };
  return Promise.resolve(handler(data, context)).then(
    (result: unknown) =>
      isObservable(result)
        ? lastValueFrom(result, { defaultValue: undefined }).catch(fail)
        : result,
    fail,
  );
}
