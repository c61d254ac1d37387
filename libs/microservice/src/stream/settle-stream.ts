import { isObservable, type Observable } from 'rxjs';
import type { Messages } from '@nestjs-thrift/transport';
import { pulled } from '@nestjs-thrift/transport/internal';
import { Demand, demands } from './demand.js';
import { isAsyncIterable } from './stream-handler.js';

type Fail = (error: unknown) => never | Promise<never>;

/**
 * Runs a handler that returns a stream of messages: an async iterable, an iterable or an Observable, or a promise of one.
 *
 * @param fail throws what the caller is to get in place of an error.
 */
export async function settleStream(run: () => unknown, fail: Fail): Promise<Messages<unknown>> {
  const demand = new Demand();
  let result: unknown;
  try {
    result = await demands.run(demand, run);
  } catch (error) {
    return fail(error);
  }
  if (isAsyncIterable(result)) {
    return mapErrors(result, fail);
  }
  return isObservable(result)
    ? mapErrors(iterable(result, demand), fail)
    : (result as Messages<unknown>);
}

/** The same values, with errors as the caller is to get them. */
function mapErrors(source: AsyncIterable<unknown>, fail: Fail): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]();
      return {
        next: () => iterator.next().catch(fail),
        return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}

/** An Observable as an async iterable: values that a handler yields come one by one, as it is asked for them. */
function iterable(source: Observable<unknown>, demand: Demand): AsyncIterable<unknown> {
  return {
    // Handlers behind interceptors are called when their Observable is subscribed to.
    [Symbol.asyncIterator]: () => demands.run(demand, () => pulled(source, tooFarAhead, demand)),
  };
}

function tooFarAhead(messages: number): string {
  return `an Observable is ${messages} messages ahead of its caller; return an async iterable, which waits, or send less`;
}
