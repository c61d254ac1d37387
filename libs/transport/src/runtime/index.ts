// For files that `nestjs-thrift gen` wrote for projects without Nest.
import type { IncomingCall } from '../call/incoming-call.js';
import type { IncomingStream } from '../call/incoming-stream.js';
import type { Messages } from '../stream/messages.js';

export * from '@nestjs-thrift/codec/descriptor';
export type { CallOptions } from '../call/call-options.js';
export type { Messages, ReceivedMessages } from '../stream/messages.js';
export type {
  ClientStream,
  DuplexStream,
  ServerStream,
  StreamOptions,
} from '../stream/stream-options.js';

/** What a handler learns of the call it serves. */
export type ThriftContext = IncomingCall;

/** What a handler learns of the stream it serves. */
export type ThriftStreamContext = IncomingStream;

/** What a handler may return: the result, or a promise of it. */
export type Handled<T> = Promise<T> | T;

/** What a handler of a stream of messages may return. */
export type HandledStream<T> = Promise<Messages<T>> | Messages<T>;
