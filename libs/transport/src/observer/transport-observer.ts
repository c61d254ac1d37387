import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { IncomingCall } from '../call/incoming-call.js';
import type { OutgoingCall } from '../call/outgoing-call.js';
import type {
  MessageDirection,
  ObservedStream,
  StreamOutcome,
  StreamRejectionReason,
  WaitingMessages,
} from './observed-stream.js';

/** One end of a connection. */
export interface ObservedConnection {
  readonly side: 'client' | 'server';
  /** Address of the peer. */
  readonly address: string;
}

/** How a call ended and what it took. */
export interface CallOutcome {
  /** Absent for a result. A declared exception or a BizStatusError is given as is; see {@link CallOutcome.failed}. */
  readonly error?: unknown;
  /** Whether the call failed as a call; false for results, declared exceptions, business status errors and superseded attempts. */
  readonly failed: boolean;
  /** True for an attempt that was cancelled because another attempt of its call decided it: the loser of a backup request. */
  readonly superseded?: true;
  readonly durationMs: number;
  /** Bytes of the message sent, wrapping included; 0 if none was. */
  readonly sentBytes: number;
  /** Bytes of the message received, wrapping included; 0 if none was. */
  readonly receivedBytes: number;
}

/** Why a server rejected a request; the values are a bounded set, fit for labels of metrics. */
export type RejectionReason =
  | 'unknown_method'
  | 'unknown_service'
  | 'invalid_arguments'
  | 'invalid_payload'
  | 'too_large'
  | 'decode_limit';

/** A request that a server rejected. */
export interface RequestRejection {
  readonly reason: RejectionReason;
  /** Name of the service as far as it is known, at most 128 characters of it. */
  readonly service: string;
  /** Name of the method, at most 128 characters of it. */
  readonly method: string;
  readonly message: string;
}

/**
 * Watches a client or a server: the one door for metrics, traces and logs. All methods are optional; without
 * observers nothing is measured. What a method throws, or rejects with, changes nothing: it is reported as a warning of the process
 * with the code `THRIFT_CALLBACK_FAILED`, at most once a minute and observer.
 */
export interface TransportObserver {
  /** A server listens; these are its services. */
  serverListening?(services: readonly ServiceDefinition[], address: string): void;
  connectionOpened?(connection: ObservedConnection): void;
  connectionClosed?(connection: ObservedConnection, error?: Error): void;
  /** A connection could not be made. */
  connectionFailed?(connection: ObservedConnection, error: Error): void;
  /** A server closed a connection over its limit, or refused a request for one. */
  limitExceeded?(limit: 'connections' | 'requests' | 'concurrency', address: string): void;
  /** Bytes came in that are not a Thrift message, or, at a client, a reply whose result cannot be decoded. */
  decodeFailed?(connection: ObservedConnection, error: Error): void;
  /** A server rejected a request before its handler ran, for a reason that lies in the request. */
  requestRejected?(connection: ObservedConnection, rejection: RequestRejection): void;
  /**
   * A handler failed with an error that its method does not declare and its caller does not see, or its result cannot be
   * sent.
   */
  undeclaredError?(call: IncomingCall, error: unknown): void;

  /**
   * An attempt of a call starts on a client. What it returns comes back in {@link TransportObserver.callFinished}; metadata it puts
   * into `metadata` is sent along as transient values.
   */
  callStarted?(call: OutgoingCall, metadata: Map<string, string>): unknown;
  /** The same attempt ended; `address` is the instance called, empty if none was reached. */
  callFinished?(call: OutgoingCall, outcome: CallOutcome, address: string, state: unknown): void;

  /** A server received a request for a known method. What it returns comes back in the other two methods. */
  requestStarted?(call: IncomingCall): unknown;
  /**
   * Runs the handler; for contexts that must be active in it. Must call `next` once, before it returns, and return what that returns:
   * the outcome of the request is that of the handler in any case.
   */
  aroundHandler?<T>(call: IncomingCall, state: unknown, next: () => T): T;
  requestFinished?(call: IncomingCall, outcome: CallOutcome, state: unknown): void;

  /**
   * A stream was opened on a client, as an attempt that has an instance, or accepted by a server. What it returns comes back in the other
   * methods for streams; what a client's observer puts into `metadata` is sent along as transient values.
   */
  streamOpened?(stream: ObservedStream, metadata: Map<string, string>): unknown;
  /** Runs the handler of a stream, to its end; as {@link TransportObserver.aroundHandler}. */
  aroundStreamHandler?<T>(stream: ObservedStream, state: unknown, next: () => T): T;
  /** A message was written, or received and decoded; runs per message. `bytes` includes the frame. */
  streamMessage?(
    stream: ObservedStream,
    direction: MessageDirection,
    bytes: number,
    state: unknown,
  ): void;
  /** A message could not be encoded or decoded. A stream that received it ends with the error. */
  streamMessageFailed?(
    stream: ObservedStream,
    direction: MessageDirection,
    error: unknown,
    state: unknown,
  ): void;
  /** The stream ended; at a server when its handler has. */
  streamEnded?(stream: ObservedStream, outcome: StreamOutcome, state: unknown): void;
  /** A server did not serve a stream that a caller opened. */
  streamRejected?(connection: ObservedConnection, reason: StreamRejectionReason): void;
  /** A connection that carries streams is read no further, for messages that consumers do not take. */
  streamReadsPaused?(connection: ObservedConnection): void;
  /** The handler of a stream has taken no message for `streams.handlerStallWarnMs`, and messages wait. Comes once for a stream. */
  streamHandlerStalled?(stream: IncomingCall, waiting: WaitingMessages): void;
  /**
   * A frame was dropped that a peer should not send: for a stream that is unknown, was cancelled or has ended, or after the end of its side.
   */
  streamFrameIgnored?(connection: ObservedConnection): void;
}
