import { isObservable, type Observable } from 'rxjs';
import type { Messages } from '@nestjs-thrift/transport';
import { Demand, demands } from './demand.js';
import { isAsyncIterable } from './stream-handler.js';

/** Messages of a pushing source that may wait for the caller. */
const MAX_WAITING = 1_024;

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
    ? mapErrors(pulled(result, demand), fail)
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

/**
 * An Observable as an async iterable. Values that a handler yields come one by one, as it is asked for them; an Observable that pushes
 * cannot be slowed down, so one that is too far ahead ends with an error.
 */
function pulled(source: Observable<unknown>, demand: Demand): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]() {
      const values: unknown[] = [];
      let end: { readonly error?: { readonly cause: unknown } } | undefined;
      let wake: (() => void) | undefined;
      const changed = (): void => {
        wake?.();
        wake = undefined;
      };
      const finish = (result: NonNullable<typeof end>): void => {
        end ??= result;
        changed();
      };
      const observer = {
        next: (value: unknown) => {
          if (values.length >= MAX_WAITING) {
            finish({ error: { cause: tooFarAhead() } });
            return;
          }
          demand.satisfy();
          values.push(value);
          changed();
        },
        error: (cause: unknown) => finish({ error: { cause } }),
        complete: () => finish({}),
      };
      // Handlers behind interceptors are called when their Observable is subscribed to.
      const subscription = demands.run(demand, () => source.subscribe(observer));
      return {
        async next() {
          while (values.length === 0 && end === undefined) {
            const changes = new Promise<void>((resolve) => (wake = resolve));
            demand.ask();
            await changes;
          }
          if (values.length > 0) {
            return { done: false, value: values.shift() };
          }
          subscription.unsubscribe();
          if (end?.error !== undefined) {
            throw end.error.cause;
          }
          return { done: true, value: undefined };
        },
        async return() {
          subscription.unsubscribe();
          values.length = 0;
          finish({});
          return { done: true, value: undefined };
        },
      };
    },
  };
}

function tooFarAhead(): RangeError {
  return new RangeError(
    `an Observable is ${MAX_WAITING} messages ahead of its caller; return an async iterable, which waits, or send less`,
  );
}
