import { Observable } from 'rxjs';

/**
 * The messages of a stream as an Observable. Unsubscribing leaves the stream, which cancels one that this process opened. An Observable
 * cannot slow down its source: for many large messages iterate the stream.
 *
 * @example
 * toObservable(llm.Ask({ question })).pipe(map(({ text }) => text));
 */
export function toObservable<T>(messages: AsyncIterable<T>): Observable<T> {
  return new Observable((subscriber) => {
    const iterator = messages[Symbol.asyncIterator]();
    const run = async (): Promise<void> => {
      try {
        while (!subscriber.closed) {
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
    };
    void run();
    return () => {
      iterator.return?.()?.catch(() => undefined);
    };
  });
}
