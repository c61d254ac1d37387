import { isObservable, type Observable } from 'rxjs';
import type { Messages } from '@nestjs-thrift/transport';
import { HandlerMessages, pulled } from '@nestjs-thrift/transport/internal';
import { Demand, demands } from './demand.js';
import { isAsyncIterable } from './stream-handler.js';

type Fail = (error: unknown) => never | Promise<never>;

/** What a stream of messages is made of. */
type Settled = Messages<unknown> | HandlerMessages;

/**
 * Runs a handler that returns a stream of messages: an async iterable, an iterable or an Observable, or a promise of one.
 *
 * @param fail throws what the caller is to get in place of an error.
 */
export function settleStream(run: () => unknown, fail: Fail): Promise<Settled> {
  const demand = new Demand();
  return settleWith(() => demands.run(demand, run), demand, fail);
}

/** As {@link settleStream}, for a handler without Nest's pipeline around it: it has been called when what it returns is iterated. */
export function settleBareStream(run: () => unknown, fail: Fail): Promise<Settled> {
  return settleWith(run, new Demand(), fail);
}

async function settleWith(run: () => unknown, demand: Demand, fail: Fail): Promise<Settled> {
  let result: unknown;
  try {
    result = await run();
  } catch (error) {
    return fail(error);
  }
  if (isAsyncIterable(result)) {
    return new HandlerMessages(result, fail);
  }
  return isObservable(result)
    ? new HandlerMessages(iterable(result, demand), fail)
    : (result as Messages<unknown>);
}

/** An Observable as an async iterable: values that a handler yields come one by one, as it is asked for them. */
function iterable(source: Observable<unknown>, demand: Demand): AsyncIterable<unknown> {
  return {
    // Handlers behind interceptors are called when their Observable is subscribed to.
    [Symbol.asyncIterator]: () => demands.run(demand, () => pulled(source, tooFarAhead, demand)),
  };
}

function tooFarAhead(ahead: string): string {
  return `an Observable is ${ahead} ahead of its caller; return an async iterable, which waits, or send less`;
}
