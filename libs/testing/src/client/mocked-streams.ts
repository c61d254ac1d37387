import type { ServiceDefinition, StreamMethod } from '@nestjs-thrift/codec';
import { propertyOfMethod } from '@nestjs-thrift/codec/internal';
import type { OutgoingCall, StreamOptions } from '@nestjs-thrift/transport';
import {
  createStreamInvoker,
  milliseconds,
  object,
  type OptionsOf,
  recordOf,
  type Resolved,
  resolveOptions,
  STREAM,
  type StreamInvoker,
  text,
} from '@nestjs-thrift/transport/internal';
import { collect } from './collect.js';
import { overTheWire, type StreamAnswer, type StreamRecord, StreamStub } from './stream-stub.js';
import { checkError, UnexpectedCallError } from './wire-outcome.js';

/** Options of a stub of a stream. */
export const MOCKED_STREAM_OPTIONS = {
  /** Ends the stream after the messages. @defaultValue it succeeds */
  error: object<Error>('an Error'),
  /** Headers of the stream. @defaultValue none */
  headers: recordOf(text({ default: '' })),
  /** Trailers of the stream. @defaultValue none */
  trailers: recordOf(text({ default: '' })),
  /** Wait before each message and before the end, in milliseconds; 0 for none. */
  delayMs: milliseconds({ default: 0 }),
};

/** What comes with the messages of a stub. */
export interface MockedStreamEnd extends OptionsOf<typeof MOCKED_STREAM_OPTIONS> {}

/** The streams of a mocked client. */
export class MockedStreams {
  readonly #service: ServiceDefinition;
  readonly #answers = new Map<string, StreamAnswer>();
  readonly records: StreamRecord[] = [];

  constructor(service: ServiceDefinition) {
    this.#service = service;
  }

  /** What opens streams of a method of the client. */
  invokerOf(method: StreamMethod): StreamInvoker {
    const open = (call: OutgoingCall): Promise<void> => this.#open(method, call);
    return createStreamInvoker(this.#service, method, open, { recvTimeoutMs: 0 });
  }

  answer(method: StreamMethod, answer: StreamAnswer): void {
    this.#answers.set(method.name, answer);
  }

  /**
   * @throws EncodeError that names the field, for a message or an exception that does not fit the IDL; TypeError for an exception of the
   *   IDL that the method does not declare, and one that names each wrong option.
   */
  answerWith(method: StreamMethod, messages: readonly unknown[], options: MockedStreamEnd): void {
    const end = resolveOptions('streams', MOCKED_STREAM_OPTIONS, options);
    for (const message of messages) {
      overTheWire(method.response, message);
    }
    checkError(`${this.#service.name}.${method.name}`, method, end.error);
    this.answer(method, async (requests, context) => {
      for (const [key, value] of Object.entries(end.headers ?? {})) {
        context.setHeader(key, value);
      }
      for (const [key, value] of Object.entries(end.trailers ?? {})) {
        context.setTrailer(key, value);
      }
      if (method.kind === 'client') {
        // As a handler that takes in everything before it answers.
        await collect(requests as AsyncIterable<unknown>);
        await wait(end.delayMs);
        if (end.error !== undefined) {
          throw end.error;
        }
        return messages[0];
      }
      return produce(messages, end);
    });
  }

  reset(): void {
    this.#answers.clear();
    this.records.length = 0;
  }

  #open(method: StreamMethod, call: OutgoingCall): Promise<void> {
    const stream = call.context.get(STREAM)!;
    const answer = this.#answers.get(method.name);
    if (answer === undefined) {
      return Promise.reject(new UnexpectedCallError(this.#service.name, method.name));
    }
    const options: StreamOptions = call.options;
    const property = propertyOfMethod(method.name);
    const record: StreamRecord = { method: property, sent: [], options, cancelled: false };
    this.records.push(record);
    return new Promise((resolve, reject) => {
      const stub = new StreamStub(stream, record);
      stream.begin({ succeeded: resolve, failed: reject });
      stream.attach(stub);
      void stub.run(answer);
    });
  }
}

async function* produce(
  messages: readonly unknown[],
  { error, delayMs }: Resolved<typeof MOCKED_STREAM_OPTIONS>,
): AsyncGenerator<unknown> {
  for (const message of messages) {
    await wait(delayMs);
    yield message;
  }
  await wait(delayMs);
  if (error !== undefined) {
    throw error;
  }
}

async function wait(delayMs: number): Promise<void> {
  if (delayMs > 0) {
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
}
