import { Observable, type Subscriber } from 'rxjs';
import { type Demand, demands } from './demand.js';

/**
 * What a handler yields, as an Observable that takes the next value only when the stream requests one: interceptors see one emission for
 * each message, and a slow caller slows down the handler. Without interceptors the server iterates it directly.
 */
export class PulledObservable<T> extends Observable<T> implements AsyncIterable<T> {
  readonly #source: AsyncIterable<T>;

  constructor(source: AsyncIterable<T>) {
    const demand = demands.getStore();
    super((subscriber) => {
      const iterator = source[Symbol.asyncIterator]();
      void pull(iterator, subscriber, demand);
      return () => {
        iterator.return?.()?.catch(() => undefined);
      };
    });
    this.#source = source;
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return this.#source[Symbol.asyncIterator]();
  }
}

async function pull<T>(
  iterator: AsyncIterator<T>,
  subscriber: Subscriber<T>,
  demand: Demand | undefined,
): Promise<void> {
  try {
    while (!subscriber.closed) {
      await demand?.asked();
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
