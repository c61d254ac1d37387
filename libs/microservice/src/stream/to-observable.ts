import { Observable, type Subscriber, type TeardownLogic } from 'rxjs';
import { type Demand, demands } from './demand.js';

/**
 * The messages of a stream as an Observable. Unsubscribing leaves the stream, which cancels one that this process opened. An Observable
 * cannot slow down its source: for many large messages iterate the stream.
 *
 * @example
 * toObservable(llm.Ask({ question })).pipe(map(({ text }) => text));
 */
export function toObservable<T>(messages: AsyncIterable<T>): Observable<T> {
  return new Observable((subscriber) => pullInto(subscriber, messages));
}

/**
 * What a handler yields, as an Observable that takes the next value only when the stream requests one: interceptors see one emission for
 * each message, and a slow caller slows down the handler. Without interceptors the server iterates it directly.
 */
export class PulledObservable<T> extends Observable<T> implements AsyncIterable<T> {
  readonly #source: AsyncIterable<T>;

  constructor(source: AsyncIterable<T>) {
    const demand = demands.getStore();
    super((subscriber) => pullInto(subscriber, source, demand ?? demands.getStore()));
    this.#source = source;
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return this.#source[Symbol.asyncIterator]();
  }
}

/**
 * Gives a subscriber the values of an async iterable, which it leaves when the subscriber does.
 *
 * @param demand takes the next value only when it asks for one.
 */
function pullInto<T>(
  subscriber: Subscriber<T>,
  source: AsyncIterable<T>,
  demand?: Demand,
): TeardownLogic {
  const iterator = source[Symbol.asyncIterator]();
  void pull(iterator, subscriber, demand);
  return () => {
    iterator.return?.()?.catch(() => undefined);
  };
}

async function pull<T>(
  iterator: AsyncIterator<T>,
  subscriber: Subscriber<T>,
  demand: Demand | undefined,
): Promise<void> {
  try {
    while (!subscriber.closed) {
      if (demand !== undefined) {
        await demand.asked();
      }
      const { done, value } = await iterator.next();
      if (done) {
        subscriber.complete();
        return;
      }
      subscriber.next(value);
    }
  } catch (error) {
    subscriber.error(error);
  }
}
