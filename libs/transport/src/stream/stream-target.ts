import type { ServiceDefinition, StreamMethod } from '@nestjs-thrift/codec';
import type { IncomingCall } from '../call/incoming-call.js';
import type { StreamOptions } from './stream-options.js';

/** What a stream of a client is opened for. */
export interface StreamTarget {
  readonly service: ServiceDefinition;
  readonly method: StreamMethod;
  /** The options of the stream as its caller gave them. */
  readonly options: StreamOptions;
  /**
   * When the stream must have ended, on the clock of `performance.now()`; `Infinity` for no limit. The earlier one of its time limit and
   * the deadline of the request being served.
   */
  readonly deadline: number;
  /** Longest wait for a message, in milliseconds; 0 for no limit. */
  readonly recvTimeoutMs: number;
  /** The request being served when the stream was opened. */
  readonly incoming: IncomingCall | undefined;
  /** Persistent values that the stream takes over. */
  readonly inherited: ReadonlyMap<string, string> | undefined;
}
