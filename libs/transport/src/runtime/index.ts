// For files that `nestjs-thrift gen` wrote for projects without Nest.
import type { IncomingCall } from '../call/incoming-call.js';

export * from '@nestjs-thrift/codec/descriptor';
export type { CallOptions } from '../call/call-options.js';

/** What a handler learns of the call it serves. */
export type ThriftContext = IncomingCall;

/** What a handler may return: the result, or a promise of it. */
export type Handled<T> = Promise<T> | T;
