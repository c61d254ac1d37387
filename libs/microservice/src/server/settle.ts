import type { MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { ThriftContext } from '../context/thrift-context.js';
import { toCallerError } from '../errors/caller-error.js';

/**
 * Runs a handler to its result. Nest's handlers resolve to a plain value, or to an Observable when interceptors or
 * filters took part or the handler returned one; its last value is the result then, and rxjs is used only then.
 */
export async function settle(
  handler: MessageHandler,
  data: unknown,
  context: ThriftContext,
): Promise<unknown> {
  try {
    const result: unknown = await handler(data, context);
    if (!isObservable(result)) return result;
    return await lastValueFrom(result, { defaultValue: undefined });
  } catch (error) {
    throw toCallerError(error, context.call);
  }
}
