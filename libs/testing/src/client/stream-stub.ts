import type { StreamMethod, StructCodec } from '@nestjs-thrift/codec';
import { ReadBuffer, WriteBuffer } from '@nestjs-thrift/codec/wire';
import { RemoteCancelledError, type StreamOptions } from '@nestjs-thrift/transport';
import {
  type Cancellation,
  isMessages,
  MessageQueue,
  type OutgoingStream,
  ReceivedStream,
  type StreamCarrier,
} from '@nestjs-thrift/transport/internal';
import { checkError } from './wire-outcome.js';

/** A mocked stream for a function that stands for its handler: its signal and options, headers and trailers. */
export interface MockedStreamContext {
  /** Aborts when the code under test cancels the stream. */
  readonly signal: AbortSignal;
  /** The options of the stream; empty if it was opened without. */
  readonly options: StreamOptions;
  /** Sends a header before the first message. */
  readonly setHeader: (key: string, value: string) => void;
  /** Sends a value with the end. */
  readonly setTrailer: (key: string, value: string) => void;
}

/** Stands for the handler of a stream: gets the request, or the stream of them. */
export type StreamAnswer = (requests: unknown, context: MockedStreamContext) => unknown;

/** What is kept of a stream that was opened. */
export interface StreamRecord {
  readonly method: string;
  readonly sent: unknown[];
  readonly options: StreamOptions;
  cancelled: boolean;
}

/** The other side of a stream of a mocked client: takes its messages, and answers as the stub says, without a socket. */
export class StreamStub implements StreamCarrier<OutgoingStream> {
  readonly saturated = false;
  readonly #stream: OutgoingStream;
  readonly #record: StreamRecord;
  readonly #requests = new MessageQueue<unknown>(() => undefined);
  readonly #cancelled = new AbortController();
  readonly #headers = new Map<string, string>();
  readonly #trailers = new Map<string, string>();

  constructor(stream: OutgoingStream, record: StreamRecord) {
    this.#stream = stream;
    this.#record = record;
  }

  get #method(): StreamMethod {
    return this.#stream.target.method;
  }

  send(_stream: OutgoingStream, message: unknown): void {
    const sent = overTheWire(this.#method.request, message);
    this.#record.sent.push(sent);
    this.#requests.push(sent, 0);
  }

  writable(): undefined {
    return undefined;
  }

  closeSend(): void {
    this.#requests.end();
  }

  cancel(_stream: OutgoingStream, { type, message, path }: Cancellation): void {
    this.#record.cancelled = true;
    const reason = new RemoteCancelledError(type, message, path);
    this.#requests.abort(reason);
    this.#cancelled.abort(reason);
  }

  buffered(): void {
    // No socket is to be paused.
  }

  /** What a server could answer with, as calls of mocks get it. */
  #failure(error: unknown): unknown {
    try {
      checkError(this.#stream.label, this.#method, error);
      return error;
    } catch (wrong) {
      return wrong;
    }
  }

  /** Runs the answer to its end. */
  async run(answer: StreamAnswer): Promise<void> {
    const { kind } = this.#method;
    const { options } = this.#record;
    const stream = this.#stream;
    let hasHeaders = false;
    const sendHeaders = (): void => {
      if (!hasHeaders) {
        hasHeaders = true;
        stream.headersCame(this.#headers);
      }
    };
    try {
      const requests =
        kind === 'server'
          ? ((await this.#requests.next()).value as unknown)
          : new ReceivedStream(this.#requests);
      const answered = await answer(requests, {
        signal: this.#cancelled.signal,
        options,
        setHeader: (key, value) => void this.#headers.set(key, value),
        setTrailer: (key, value) => void this.#trailers.set(key, value),
      });
      for await (const message of kind === 'client' ? [answered] : messagesOf(stream, answered)) {
        if (this.#cancelled.signal.aborted) {
          return;
        }
        sendHeaders();
        stream.messageCame(overTheWire(this.#method.response, message), 0);
      }
      sendHeaders();
      stream.endCame(this.#trailers, undefined);
    } catch (error) {
      sendHeaders();
      stream.endCame(this.#trailers, this.#failure(error));
    }
  }
}

function messagesOf(
  { label }: OutgoingStream,
  answered: unknown,
): AsyncIterable<unknown> | Iterable<unknown> {
  if (isMessages(answered) && (Symbol.asyncIterator in answered || Symbol.iterator in answered)) {
    return answered as AsyncIterable<unknown>;
  }
  throw new TypeError(
    `the answer of ${label} must be an async iterable or an array of messages: it streams`,
  );
}

/** A copy as it comes off the wire. @throws EncodeError that names the field, for a value that does not fit the IDL. */
export function overTheWire(codec: StructCodec, value: unknown): unknown {
  const out = new WriteBuffer();
  codec.writeBinary(value, out);
  return codec.readBinary(new ReadBuffer(Buffer.from(out.bytes.subarray(0, out.position))));
}
