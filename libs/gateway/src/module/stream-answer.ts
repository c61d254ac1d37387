import { StreamableFile } from '@nestjs/common';
import type { ServerStream } from '@nestjs-thrift/microservice';
import type { JsonWriter } from '../answer/json-writers.js';
import { isSettledWithin, StreamBody } from '../stream/stream-body.js';
import { streamFormatFor } from '../stream/stream-format.js';
import {
  type HttpReply,
  type HttpRequest,
  messageOf,
  responseOf,
  setHeaders,
} from './http-exchange.js';

/** How a stream is sent. */
export interface StreamAnswerOptions {
  /** How long the first message is awaited before the response begins, in milliseconds. */
  readonly firstItemMs: number;
  /** Headers that the metadata before the first message becomes; none if it is not read. */
  readonly headersOf:
    ((values: ReadonlyMap<string, string>) => readonly (readonly [string, string])[]) | undefined;
  readonly write: JsonWriter;
  /** An error that comes when the response has begun, as JSON. */
  readonly writeError: (error: unknown) => string;
}

/** Proxies that keep or compress a response would hold its messages back. */
const STREAM_HEADERS = [
  ['Cache-Control', 'no-cache, no-transform'],
  ['X-Accel-Buffering', 'no'],
] as const;

/**
 * The messages of a service as the body of a response.
 *
 * @returns nothing for HEAD
 * @throws what the stream fails with before its first message: the response has not begun.
 */
export async function streamAnswer(
  stream: ServerStream<unknown>,
  request: HttpRequest,
  reply: HttpReply,
  { firstItemMs, headersOf, write, writeError }: StreamAnswerOptions,
): Promise<StreamableFile | undefined> {
  const messages = stream[Symbol.asyncIterator]();
  const first = messages.next();
  const hasFirst = await isSettledWithin(first, firstItemMs);
  if (hasFirst && headersOf !== undefined) {
    setHeaders(reply, headersOf(await stream.headers));
  }
  setHeaders(reply, STREAM_HEADERS);
  const format = streamFormatFor(messageOf(request).headers.accept);
  if (messageOf(request).method === 'HEAD') {
    // Nest 11 would read all messages, which nothing slows down: Node drops the body of such a response.
    messages.return?.()?.catch(() => undefined);
    reply.header('Content-Type', format.contentType);
    return undefined;
  }
  const onStart = (): void => {
    if (!hasFirst) {
      responseOf(reply).flushHeaders();
    }
  };
  const body = new StreamBody({ messages, first, format, write, writeError, onStart });
  return new StreamableFile(body, { type: format.contentType });
}
