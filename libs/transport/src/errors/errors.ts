import { ThriftException, ThriftRpcError, type MethodDefinition } from '@nestjs-thrift/codec';
import { branded } from '@nestjs-thrift/codec/internal';

/** No connection to the instance could be made in time. Kitex: ErrGetConnection. */
export class ConnectError extends ThriftRpcError {
  static {
    branded(this, 'ConnectError');
  }

  /** Address that was tried. */
  readonly address: string;

  constructor(address: string, message: string, options?: ErrorOptions) {
    super('CONNECT_FAILED', message, options);
    this.address = address;
  }
}

/** The call did not end in time; whether the server carried it out is unknown. Kitex: ErrRPCTimeout. */
export class RpcTimeoutError extends ThriftRpcError {
  static {
    branded(this, 'RpcTimeoutError');
  }

  /** The timeout that was in force, in milliseconds. */
  readonly timeoutMs: number;

  constructor(timeoutMs: number, message: string, options?: ErrorOptions) {
    super('RPC_TIMEOUT', message, options);
    this.timeoutMs = timeoutMs;
  }
}

/** The caller's AbortSignal fired; its reason is the cause. Kitex: ErrCanceledByBusiness. */
export class CancelledError extends ThriftRpcError {
  static {
    branded(this, 'CancelledError');
  }

  constructor(message: string, options?: ErrorOptions) {
    super('CANCELLED', message, options);
  }
}

/** The connection broke after the request had been handed to it. Kitex: ErrRemoteOrNetwork. */
export class ConnectionLostError extends ThriftRpcError {
  static {
    branded(this, 'ConnectionLostError');
  }

  readonly address: string;

  constructor(address: string, message: string, options?: ErrorOptions) {
    super('CONNECTION_LOST', message, options);
    this.address = address;
  }
}

/** All connections to the instance are in use and the queue is full or the wait was too long. Kitex: ErrConnOverLimit. */
export class PoolExhaustedError extends ThriftRpcError {
  static {
    branded(this, 'PoolExhaustedError');
  }

  readonly address: string;

  constructor(address: string, message: string) {
    super('POOL_EXHAUSTED', message);
    this.address = address;
  }
}

/** The client was closed. */
export class ClientClosedError extends ThriftRpcError {
  static {
    branded(this, 'ClientClosedError');
  }

  constructor(message: string) {
    super('CLOSED', message);
  }
}

/** A message was sent on a stream whose sending side is closed, or that has ended. Kitex: 12005, 12012. */
export class StreamClosedError extends ThriftRpcError {
  static {
    branded(this, 'StreamClosedError');
  }

  constructor(message: string, options?: ErrorOptions) {
    super('STREAM_CLOSED', message, options);
  }
}

/** The peer, or a service behind it, cancelled the stream. Kitex: 12007, 12009 to 12011, 12014, 12015. */
export class RemoteCancelledError extends ThriftRpcError {
  static {
    branded(this, 'RemoteCancelledError');
  }

  /** What the peer sent as the type of its cancellation: 12007 cancelled, 12014 receive timeout, 12015 deadline, 13 unknown. */
  readonly type: number;
  /** Services that the cancellation passed, the one that cancelled first. */
  readonly path: readonly string[];

  constructor(type: number, message: string, path: readonly string[] = []) {
    super('REMOTE_CANCELLED', message);
    this.type = type;
    this.path = path;
  }
}

/** Where a {@link LimitExceededError} comes from. */
export interface LimitExceededErrorOptions extends ErrorOptions {
  /** Address of the server that rejected the request. */
  readonly address?: string | undefined;
}

/**
 * A limit rejected the request before its handler ran. Thrown by a handler, or returned by `admit`, it goes to the caller
 * with its text, after `request over limit: `. Callers send the request to another instance, so throw it before the handler
 * changes anything. Kitex: ErrOverlimit.
 */
export class LimitExceededError extends ThriftRpcError {
  static {
    branded(this, 'LimitExceededError');
  }

  /** Address of the server that rejected the request; `undefined` for a limit of this process. */
  readonly address: string | undefined;

  constructor(message: string, options?: LimitExceededErrorOptions) {
    super('LIMIT_EXCEEDED', message, options);
    this.address = options?.address;
  }
}

/**
 * An access rule of this process rejected the call. Thrown by a handler, or returned by `admit`, it goes to the caller with
 * its text, after `request forbidden: `. Kitex: ErrACL.
 */
export class AccessDeniedError extends ThriftRpcError {
  static {
    branded(this, 'AccessDeniedError');
  }

  constructor(message: string) {
    super('ACCESS_DENIED', message);
  }
}

/**
 * A business outcome that is neither a result nor a failure of the call: a code, a text and details, carried in TTHeader
 * with an empty reply. Thrown by a handler it reaches the caller as the same error. Not retried, not counted by
 * breakers. Framed and Buffered callers cannot receive it; see the guide on errors. Kitex: kerrors.NewBizStatusErrorWithExtra.
 *
 * @example
 * throw new BizStatusError(1002, 'user_id must be positive', { field: 'user_id' });
 */
export class BizStatusError extends Error {
  static {
    branded(this, 'BizStatusError');
  }

  /** Signed 32-bit integer other than 0. */
  readonly statusCode: number;
  readonly extra: Readonly<Record<string, string>>;

  /** @throws RangeError if the code is 0 or no signed 32-bit integer: a Kitex peer would take it for success. */
  constructor(statusCode: number, message: string, extra: Readonly<Record<string, string>> = {}) {
    super(message);
    if (statusCode === 0 || statusCode !== (statusCode | 0)) {
      throw new RangeError(`status code must be a 32-bit integer other than 0, got ${statusCode}`);
    }
    this.statusCode = statusCode;
    this.extra = extra;
  }
}

/**
 * Whether an error is part of the contract of a method: a declared exception or a business status. The call itself
 * worked: it is not retried, and circuit breakers count a success.
 *
 * @param method needed for classes of the Apache compiler, which do not extend `ThriftException`
 */
export function isBusinessOutcome(error: unknown, method?: MethodDefinition): boolean {
  return (
    error instanceof BizStatusError ||
    error instanceof ThriftException ||
    (method?.exceptions.some(({ type }) => error instanceof type) ?? false)
  );
}

/** Found under a registered symbol: policies may come from another copy of the package. */
const SUPERSEDED = Symbol.for('@nestjs-thrift/superseded');

/** The reason with which a policy aborts an attempt whose call another attempt has decided. */
export function supersededReason(): Error {
  const reason = new Error('another attempt of the call has decided it');
  return Object.defineProperty(reason, SUPERSEDED, { value: true });
}

/** Whether a signal was aborted with {@link supersededReason}. */
export function isSupersededReason(reason: unknown): boolean {
  return reason instanceof Error && SUPERSEDED in reason;
}

/** Whether an attempt ended because another attempt of its call decided it. */
export function isSuperseded(error: unknown): boolean {
  return error instanceof CancelledError && isSupersededReason(error.cause);
}
