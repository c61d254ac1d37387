// For files that `nestjs-thrift gen` wrote for projects with Nest; loads neither Nest nor rxjs.
import type { Messages } from '@nestjs-thrift/transport';
import type { Observable } from 'rxjs';

export * from '@nestjs-thrift/codec/descriptor';
export type {
  CallOptions,
  ClientStream,
  DuplexStream,
  Messages,
  ReceivedMessages,
  ServerStream,
  StreamOptions,
} from '@nestjs-thrift/transport';
export type { ThriftContext } from '../context/thrift-context.js';
export type { ThriftStreamContext } from '../context/thrift-stream-context.js';

/** What a handler may return: the result, or what will give it. */
export type Handled<T> = Promise<T> | Observable<T> | T;

/** What a handler of a stream of messages may return. */
export type HandledStream<T> = Promise<Messages<T>> | Messages<T> | Observable<T>;
