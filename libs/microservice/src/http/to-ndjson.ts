import { Readable } from 'node:stream';
import { renderJson } from '@nestjs-thrift/codec/json';
import { streamFailure } from './stream-failure.js';

/**
 * The messages of a stream as lines of JSON (NDJSON), for a `StreamableFile` of Nest or a response of Node. A reader that is slow slows
 * down the stream; one that leaves cancels it. An error becomes a last line `{"error": {"statusCode", "message"}}`.
 *
 * @example
 * ```ts
 * @Get('ask')
 * ask(@Query('question') question: string): StreamableFile {
 *   return new StreamableFile(toNdjson(this.chat.Ask({ question })), { type: 'application/x-ndjson' });
 * }
 * ```
 */
export function toNdjson(messages: AsyncIterable<unknown>): Readable {
  const iterator = messages[Symbol.asyncIterator]();
  return new Readable({
    // Nothing is read ahead, which would hide that the reader is slow.
    highWaterMark: 1,
    read() {
      iterator.next().then(
        ({ done, value }) => this.push(done ? null : line(value)),
        (error: unknown) => {
          this.push(line({ error: streamFailure(error) }));
          this.push(null);
        },
      );
    },
    // Not by a generator, whose end would wait for the next message.
    destroy(error, done) {
      iterator.return?.()?.catch(() => undefined);
      done(error);
    },
  });
}

function line(value: unknown): string {
  return `${JSON.stringify(renderJson(value))}\n`;
}
