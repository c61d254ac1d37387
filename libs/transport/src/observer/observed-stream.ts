import type { ServiceDefinition, StreamMethod } from '@nestjs-thrift/codec';
import type { IncomingStream } from '../call/incoming-stream.js';
import type { OutgoingCall } from '../call/outgoing-call.js';

/** A stream as its observers see it; counts and bytes are those of the moment. */
export interface ObservedStream {
  readonly side: 'client' | 'server';
  readonly service: ServiceDefinition;
  readonly method: StreamMethod;
  /** Address of the peer. */
  readonly address: string;
  /** When it was opened, on the clock of `performance.now()`. */
  readonly openedAt: number;
  readonly messagesSent: number;
  readonly messagesReceived: number;
  /** Bytes of the messages sent, frames included. */
  readonly sentBytes: number;
  /** Bytes of the messages received, frames included. */
  readonly receivedBytes: number;
  /** Bytes of received messages that their consumer has not taken. */
  readonly bufferedBytes: number;
  /** Time from the opening to the first message of the server, in milliseconds; `undefined` before it. */
  readonly firstMessageMs: number | undefined;
  /** The attempt that opened the stream; absent at a server. */
  readonly outgoing?: OutgoingCall;
  /** The request that opened the stream; absent at a client. */
  readonly incoming?: IncomingStream;
}

/** Which way a message went. */
export type MessageDirection = 'sent' | 'received';

/** How a stream ended. */
export interface StreamOutcome {
  /**
   * `success` also for business statuses; `cancelled` for a stream that its caller, or the caller of that one, gave up; `error` for
   * everything else.
   */
  readonly status: 'success' | 'error' | 'cancelled';
  /** Absent for a stream that ended without an error. */
  readonly error?: unknown;
  readonly durationMs: number;
  /** Services that a cancellation passed, the first one first. */
  readonly cancelPath: readonly string[];
}

/** Received messages that the handler of a stream lets wait. */
export interface WaitingMessages {
  readonly messages: number;
  readonly bytes: number;
  /** How long the handler has taken none, at least, in milliseconds. */
  readonly stalledMs: number;
}

/** Why a server did not serve a stream; the values are a bounded set, fit for labels of metrics. */
export type StreamRejectionReason =
  'unknown_method' | 'unknown_service' | 'not_streaming' | 'draining' | 'limit' | 'access';
