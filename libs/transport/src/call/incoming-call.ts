import type { X509Certificate } from 'node:crypto';
import type { MethodDefinition, ProtocolName, ServiceDefinition } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import type { CallContext } from './call-context.js';
import type { TransportName } from '../wire/framing/framing.js';

/** A request being served: what its handler may know about it. */
export interface IncomingCall {
  readonly service: ServiceDefinition;
  readonly method: MethodDefinition;
  /** Values that belong to the request: of observers, guards, interceptors and the handler. Made on first use. */
  readonly context: CallContext;
  /**
   * Registry name of the calling service (TTHeader key 3); empty when the caller did not say. What a caller says of itself proves
   * nothing: decide access by {@link IncomingCall.peerCertificate}.
   */
  readonly caller: string;
  /**
   * The certificate of the peer, verified by an authority of the server's `tls.ca`; `undefined` without TLS, where the server does not
   * ask for one (`requestCert`), and for one that is not trusted.
   */
  readonly peerCertificate: X509Certificate | undefined;
  /** Method the caller was serving when it called (TTHeader key 20); empty when it did not say. */
  readonly callerMethod: string;
  /**
   * Log id of the caller (TTHeader key 2); empty when it did not say. Not sent on by itself, as Kitex does not: an id for the
   * whole way belongs into the persistent metadata.
   */
  readonly logId: string;
  /**
   * When the caller stops waiting, on the clock of `performance.now()`; `Infinity` when it did not say, and for oneway
   * methods, whose caller does not wait.
   */
  readonly deadline: number;
  /** Transient values of the caller, without their prefix. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Persistent values, without their prefix; calls made while serving this one carry them on. */
  readonly persistentMetadata: ReadonlyMap<string, string>;
  /** Address of the peer: `host:port`, or `unix:/path` of the socket it came in by. */
  readonly remoteAddress: string;
  readonly transport: TransportName;
  readonly protocol: ProtocolName;
  readonly sequenceId: number;
  /**
   * Aborts when the deadline passes or the peer goes away; that of a oneway method, whose caller may leave at once as
   * Kitex does, when the server is closed. Made on first use.
   */
  readonly signal: AbortSignal;
  /**
   * Adds a persistent value: later calls made while serving this one carry it on. Empty keys and values are ignored.
   * Kitex: metainfo.WithPersistentValue.
   */
  setPersistentMetadata(key: string, value: string): void;
  /** Sends a value back with the reply; only TTHeader callers receive it. Kitex: metainfo.SendBackwardValue. */
  setBackwardMetadata(key: string, value: string): void;
}

/**
 * Serves one method: gets the arguments by name, returns the result or a promise of it, or throws. Where the client sends a stream,
 * the argument is {@link ReceivedMessages}; where the server does, the result is an async iterable, an iterable or an Observable. The
 * call of a method with a stream is an {@link IncomingStream}.
 */
export type MethodHandler = (args: FieldValues, call: IncomingCall) => unknown;

/** A service with what serves its methods. */
export interface ServedService {
  readonly definition: ServiceDefinition;
  /** By method name; every method of the definition needs one. */
  readonly handlers: Readonly<Record<string, MethodHandler>>;
}
