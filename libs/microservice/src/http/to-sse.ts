import type { MessageEvent } from '@nestjs/common';
import { Observable } from 'rxjs';
import { renderJson } from '@nestjs-thrift/codec/json';
import { streamFailure } from './stream-failure.js';

/** How {@link toSse} makes events of messages. */
export interface SseOptions<T> {
  /** The data of an event. Default: the message as JSON, 64-bit integers as text. */
  readonly data?: (message: T) => string | object;
  /** The id of an event, which browsers send back when they connect again. Default none. */
  readonly id?: (message: T) => string;
  /** The name of an event. Default none: browsers call it `message`. */
  readonly type?: (message: T) => string;
  /** Time between events of the type `ping` while no message comes, in milliseconds; 0 for none. Default 15,000. */
  readonly pingMs?: number;
}

/**
 * The messages of a stream as server-sent events, for `@Sse()` of Nest. When the browser leaves, the stream is cancelled, and with it the
 * handler behind it. An error becomes an event of the type `error` with its status and its text, where callers may see it, and ends the
 * response.
 *
 * @example
 * ```ts
 * @Sse('ask')
 * ask(@Query('question') question: string): Observable<MessageEvent> {
 *   return toSse(this.chat.Ask({ question }), { data: ({ text }) => text });
 * }
 * ```
 */
export function toSse<T>(
  messages: AsyncIterable<T>,
  { data = asJson, id, type, pingMs = 15_000 }: SseOptions<T> = {},
): Observable<MessageEvent> {
  return new Observable((subscriber) => {
    const iterator = messages[Symbol.asyncIterator]();
    const ping =
      pingMs > 0
        ? setInterval(() => subscriber.next({ type: 'ping', data: '' }), pingMs).unref()
        : undefined;
    const run = async (): Promise<void> => {
      try {
        while (!subscriber.closed) {
          const { done, value } = await iterator.next();
          if (done) {
            break;
          }
          ping?.refresh();
          subscriber.next({
            data: data(value),
            ...(id && { id: id(value) }),
            ...(type && { type: type(value) }),
          });
        }
      } catch (error) {
        subscriber.next({ type: 'error', data: JSON.stringify(streamFailure(error)) });
      }
      subscriber.complete();
    };
    void run();
    return () => {
      clearInterval(ping);
      iterator.return?.()?.catch(() => undefined);
    };
  });
}

function asJson(message: unknown): object {
  return renderJson(message) as object;
}
