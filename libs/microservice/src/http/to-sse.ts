import type { ServerResponse } from 'node:http';
import type { MessageEvent } from '@nestjs/common';
import { Observable } from 'rxjs';
import { renderJson } from '@nestjs-thrift/codec/json';
import {
  callback,
  milliseconds,
  object,
  type OptionsOf,
  resolveOptions,
} from '@nestjs-thrift/transport/internal';
import { streamFailure } from './stream-failure.js';

/** Options of {@link toSse}. */
export const SSE_OPTIONS = {
  /** The data of an event. @defaultValue the message as JSON, 64-bit integers as text */
  data: callback<(message: never) => string | object>(),
  /** The id of an event, which browsers send back when they connect again. @defaultValue none */
  id: callback<(message: never) => string>(),
  /** The name of an event. @defaultValue none: browsers call it `message` */
  type: callback<(message: never) => string>(),
  /**
   * The response of Node that the events go to: `@Res({ passthrough: true })` of Express, its `raw` of Fastify. A reader that is slow slows
   * down the stream then. @defaultValue none: Nest keeps the events that a slow reader has not taken
   */
  response: object<ServerResponse>('an HTTP response of Node'),
  /** Time between comments `: ping` while no message comes, which keep the connection open, in milliseconds; 0 for none. */
  pingMs: milliseconds({ default: 15_000 }),
};

/** How {@link toSse} makes events of messages. */
export interface SseOptions<T> extends OfMessage<OptionsOf<typeof SSE_OPTIONS>, T> {}

/** Options whose functions take a message of type `T`. */
type OfMessage<Options, T> = {
  readonly [Name in keyof Options]: Options[Name] extends
    ((message: never) => infer Result) | undefined
    ? (message: T) => Result
    : Options[Name];
};

/**
 * The messages of a stream as server-sent events, for `@Sse()` of Nest. When the browser leaves, the stream is cancelled, and with it the
 * handler behind it. An error becomes an event of the type `error` with its status and its text, where callers may see it, and ends the
 * response.
 *
 * @throws TypeError that names each wrong option.
 * @example
 * ```ts
 * @Sse('ask')
 * ask(
 *   @Query('question') question: string,
 *   @Res({ passthrough: true }) response: ServerResponse,
 * ): Observable<MessageEvent> {
 *   return toSse(this.chat.Ask({ question }), { data: ({ text }) => text, response });
 * }
 * ```
 */
export function toSse<T>(
  messages: AsyncIterable<T>,
  options: SseOptions<T> = {},
): Observable<MessageEvent> {
  const { pingMs } = resolveOptions('toSse', SSE_OPTIONS, options);
  const { data = asJson, id, type, response } = options;
  return new Observable((subscriber) => {
    const iterator = messages[Symbol.asyncIterator]();
    let last: Pick<MessageEvent, 'id'> = {};
    const ping =
      pingMs > 0
        ? // With the id of the last event: Nest 11.1 has no comments, and would make a new id.
          setInterval(() => subscriber.next({ comment: 'ping', ...last }), pingMs).unref()
        : undefined;
    const run = async (): Promise<void> => {
      try {
        while (!subscriber.closed) {
          if (response?.writableNeedDrain) {
            await untilRead(response);
          }
          const { done, value } = await iterator.next();
          if (done) {
            break;
          }
          ping?.refresh();
          last = id === undefined ? {} : { id: id(value) };
          subscriber.next({
            data: data(value),
            ...last,
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

/** The reader has taken what was written, or is gone. */
function untilRead(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

function asJson(message: unknown): object {
  return renderJson(message) as object;
}
