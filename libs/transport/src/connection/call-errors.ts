import { ThriftRpcError, type EncodeError, type ProtocolError } from '@nestjs-thrift/codec';
import type { IncomingCall } from '../call/incoming-call.js';
import type { OutgoingCall } from '../call/outgoing-call.js';
import { shorten } from '../errors/application-failure.js';
import { decodeFailure, encodeFailure } from '../errors/codec-failure.js';
import {
  CancelledError,
  ClientClosedError,
  ConnectError,
  ConnectionLostError,
  isSupersededReason,
  LimitExceededError,
  PoolExhaustedError,
  RpcTimeoutError,
} from '../errors/errors.js';
import { PERSISTENT_PREFIX, TRANSIENT_PREFIX } from '../wire/ttheader/header-keys.js';
import { MAX_INFO_BYTES_WRITTEN } from '../wire/ttheader/tt-header.js';
import { TlsFailure } from './tls-failure.js';

/** What errors say about a call. */
interface FailedCall {
  readonly request: OutgoingCall;
  /** The earlier one of the call's own deadline and that of the request being served; of `performance.now()`. */
  readonly deadline: number;
  readonly timeoutMs: number;
  /** The request being served when the call was made. */
  readonly incoming: IncomingCall | undefined;
}

/** `Service.method`, as errors name a call. */
export function methodLabel({ service, method }: OutgoingCall): string {
  return `${service.name}.${method.name}`;
}

// What calls fail with on this side. Every text names the method and the address, and what can be done.

export function noEndpoint(call: FailedCall): ConnectError {
  return new ConnectError(
    '',
    `${methodLabel(call.request)} has no instance to call: name one in CallOptions.address, or put balancing in front`,
  );
}

/** @param error why the connection could not be made; each call gets a separate error made from it. */
export function notConnected(call: FailedCall, error: ConnectError): ConnectError {
  return new ConnectError(error.address, `${methodLabel(call.request)}: ${error.message}`, {
    cause: error.cause,
  });
}

export function connectTimedOut(
  call: FailedCall,
  endpoint: string,
  inHandshake: boolean,
): ConnectError {
  if (inHandshake) {
    const failure = new TlsFailure(endpoint, 'no-handshake');
    return notConnected(call, new ConnectError(endpoint, failure.message, { cause: failure }));
  }
  return new ConnectError(
    endpoint,
    `${methodLabel(call.request)}: no connection to ${endpoint} in time; is the server up and reachable, or connectTimeoutMs too short?`,
  );
}

/** The peer does not serve this client until its TLS is set up otherwise; it has read nothing of the call. */
export function tlsRefused(call: FailedCall, failure: TlsFailure): ThriftRpcError {
  return new ThriftRpcError(
    'NOT_SENT',
    `${methodLabel(call.request)} was not sent: ${failure.message}`,
    { cause: failure },
  );
}

export function poolExhausted(
  call: FailedCall,
  endpoint: string,
  what: string,
): PoolExhaustedError {
  return new PoolExhaustedError(endpoint, `${methodLabel(call.request)} to ${endpoint}: ${what}`);
}

/** The call was not sent before its deadline. */
export function notSentInTime(call: FailedCall, endpoint: string | undefined): RpcTimeoutError {
  return new RpcTimeoutError(
    call.timeoutMs,
    `${methodLabel(call.request)} was not sent to ${endpoint ?? 'any instance'} ${withinLimit(call)}; give it more time or find out what took it`,
  );
}

/** The call was sent and not answered before its deadline. */
export function notAnsweredInTime(call: FailedCall, endpoint: string): RpcTimeoutError {
  return new RpcTimeoutError(
    call.timeoutMs,
    `${methodLabel(call.request)} on ${endpoint} was not answered ${withinLimit(call)}; give it more time (attemptTimeoutMs, timeoutMs) or find out what the server waits for`,
  );
}

/** Nothing came from the peer while the call waited. */
export function peerSilent(call: FailedCall, endpoint: string, timeoutMs: number): RpcTimeoutError {
  return new RpcTimeoutError(
    timeoutMs,
    `${methodLabel(call.request)}: ${endpoint} sent nothing for ${timeoutMs} ms; if calls may take longer raise readTimeoutMs`,
  );
}

/** The reply was not read while the call waited, because others took the memory for unfinished replies. */
export function replyNotRead(call: FailedCall, endpoint: string): RpcTimeoutError {
  return new RpcTimeoutError(
    call.timeoutMs,
    `${methodLabel(call.request)}: the reply of ${endpoint} was not read ${withinLimit(call)}, since unfinished replies take all of maxReceiveBytes; raise it if so many large replies are expected`,
  );
}

export function cancelled(call: FailedCall): CancelledError {
  const { address: endpoint = 'any instance', signal } = call.request;
  const by = isSupersededReason(signal?.reason)
    ? 'because another attempt decided the call'
    : "by its caller's signal";
  return new CancelledError(
    `${methodLabel(call.request)} to ${endpoint} was cancelled ${by}; a server that has the request may still carry it out`,
    { cause: signal?.reason },
  );
}

/** @param suspicion what may be why, if no server has ever answered at the address. */
export function connectionLost(
  call: FailedCall,
  endpoint: string,
  what: string,
  cause?: Error,
  suspicion?: TlsFailure,
): ConnectionLostError {
  const why = cause === undefined ? '' : ` (${cause.message})`;
  const hint = suspicion === undefined ? '' : `; ${suspicion.message}`;
  return new ConnectionLostError(
    endpoint,
    `${methodLabel(call.request)}: the connection to ${endpoint} ${what}${why}; whether the call was carried out is unknown, repeat it only if that does no harm${hint}`,
    { cause: suspicion ?? cause },
  );
}

/** The reply did not end while other connections waited for the memory that it holds. */
export function replyNotEnded(call: FailedCall, endpoint: string): ConnectionLostError {
  const what = 'ends no reply in time, for which others wait, since maxReceiveBytes is used up';
  return connectionLost(call, endpoint, what);
}

/** No byte of the call left the process, on this connection and on another one. */
export function neverSent(call: FailedCall, endpoint: string): ThriftRpcError {
  return new ThriftRpcError(
    'NOT_SENT',
    `${methodLabel(call.request)} was not sent to ${endpoint}: the connection broke before any byte of the request left; retry it, the server has not seen it`,
  );
}

export function clientClosed(call: FailedCall, cause?: Error): ClientClosedError {
  const { address: endpoint = 'any instance' } = call.request;
  const error = new ClientClosedError(
    `${methodLabel(call.request)} to ${endpoint}: the client is closed; make calls before close(), or with a client of their own`,
  );
  if (cause !== undefined) {
    error.cause = cause;
  }
  return error;
}

/** The arguments do not fit the types of the IDL. */
export function notEncodable(call: FailedCall, endpoint: string, cause: unknown): EncodeError {
  return encodeFailure(
    `${methodLabel(call.request)} was not sent to ${endpoint}, its arguments cannot be encoded`,
    cause,
  );
}

/** Nothing was sent: the server would skip it. */
export function requestTooLarge(call: FailedCall, bytes: number, limit: number): ThriftRpcError {
  return new ThriftRpcError(
    'MESSAGE_TOO_LARGE',
    `${methodLabel(call.request)} was not sent: its request has ${bytes} bytes, at most ${limit} are sent (maxFrameBytes of the client); send less, or raise the limit on both sides`,
  );
}

/** Nothing was sent: a TTHeader has no room for the metadata. @param metadata with the prefixes of the wire. */
export function metadataTooLarge(
  call: FailedCall,
  metadata: ReadonlyMap<string, string>,
  cause: unknown,
): ThriftRpcError {
  const sizes = [...metadata].map(([key, value]) => [key, Buffer.byteLength(value)] as const);
  const total = sizes.reduce((sum, [key, bytes]) => sum + Buffer.byteLength(key) + bytes, 0);
  const [largest = '', bytes = 0] = sizes.toSorted(([, a], [, b]) => b - a)[0] ?? [];
  const isPersistent = largest.startsWith(PERSISTENT_PREFIX);
  const key = largest.slice((isPersistent ? PERSISTENT_PREFIX : TRANSIENT_PREFIX).length);
  const isInherited = isPersistent && call.incoming?.persistentMetadata.has(key) === true;
  const origin = isInherited ? ', which came with the request being served' : '';
  return new ThriftRpcError(
    'MESSAGE_TOO_LARGE',
    `${methodLabel(call.request)} was not sent: its metadata takes ${total} bytes, a header has room for ${MAX_INFO_BYTES_WRITTEN}; ` +
      `the largest value is ${bytes} bytes of ${isPersistent ? 'persistent metadata' : 'metadata'} "${shorten(key)}"${origin}; send less in metadata, or put it into the arguments`,
    { cause },
  );
}

/** The bytes of the reply were skipped; other calls of the connection go on. */
export function replyTooLarge(
  call: FailedCall,
  endpoint: string,
  bytes: number,
  limit: number,
): ThriftRpcError {
  return new ThriftRpcError(
    'MESSAGE_TOO_LARGE',
    `${methodLabel(call.request)}: the reply of ${endpoint} has ${bytes} bytes, at most ${limit} are accepted (maxFrameBytes of the client)`,
  );
}

/** A limit of the server rejected the request. @param message the server's. */
export function overLimit(call: FailedCall, endpoint: string, message: string): LimitExceededError {
  return new LimitExceededError(
    `${methodLabel(call.request)} was rejected by ${endpoint}: ${message}; call less often, or raise the limit of the server`,
    { address: endpoint },
  );
}

/** The bytes of the reply are not what the IDL says. */
export function notDecodable(call: FailedCall, endpoint: string, cause: unknown): ProtocolError {
  const what = `${methodLabel(call.request)}: the reply of ${endpoint} cannot be read`;
  return decodeFailure(what, cause, 'do both sides have the same IDL?');
}

/** The received bytes are not a Thrift message. */
export function notThrift(call: FailedCall, endpoint: string, cause: unknown): ProtocolError {
  const what = `${methodLabel(call.request)}: the reply of ${endpoint} is not a Thrift message`;
  return decodeFailure(what, cause, 'is this the port of a Thrift server?');
}

function withinLimit({ deadline, timeoutMs, incoming }: FailedCall): string {
  const ofCaller = timeoutMs <= 0 || deadline === incoming?.deadline;
  return ofCaller ? 'before the deadline of the request being served' : `within ${timeoutMs} ms`;
}
