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
  return new MessageLines(messages[Symbol.asyncIterator]());
}

/** Not a generator, whose end would wait for the next message. */
class MessageLines extends Readable {
  readonly #messages: AsyncIterator<unknown>;

  constructor(messages: AsyncIterator<unknown>) {
    // Nothing is read ahead, which would hide that the reader is slow.
    super({ highWaterMark: 1 });
    this.#messages = messages;
  }

  override _read(): void {
    this.#messages.next().then(
      ({ done, value }) => this.push(done ? null : line(value)),
      (error: unknown) => {
        this.push(line({ error: streamFailure(error) }));
        this.push(null);
      },
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#messages.return?.()?.catch(() => undefined);
    done(error);
  }

  /** Node leaves a source alone whose reader has gone, and so do some versions of Nest. */
  override pipe<Destination extends NodeJS.WritableStream>(
    destination: Destination,
    options?: { end?: boolean },
  ): Destination {
    destination.once('close', () => this.destroy());
    return super.pipe(destination, options);
  }
}

function line(value: unknown): string {
  return `${JSON.stringify(renderJson(value))}\n`;
}
