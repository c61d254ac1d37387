import { ThriftRpcError } from '@nestjs-thrift/codec';

/** No connection to the instance could be made in time. Kitex: ErrGetConnection. */
export class ConnectError extends ThriftRpcError {
  /** Address that was tried. */
  readonly address: string;
  constructor(address: string, message: string, options?: ErrorOptions) {
    super('CONNECT_FAILED', message, options);
    this.address = address;
  }
}

/** The call did not end in time; whether the server carried it out is unknown. Kitex: ErrRPCTimeout. */
export class RpcTimeoutError extends ThriftRpcError {
  /** The timeout that was in force, in milliseconds. */
  readonly timeoutMs: number;
  constructor(timeoutMs: number, message: string, options?: ErrorOptions) {
    super('RPC_TIMEOUT', message, options);
    this.timeoutMs = timeoutMs;
  }
}

/** The caller's AbortSignal fired; its reason is the cause. Kitex: ErrCanceledByBusiness. */
export class CancelledError extends ThriftRpcError {
  constructor(message: string, options?: ErrorOptions) {
    super('CANCELLED', message, options);
  }
}

/** The connection broke after the request had been handed to it. Kitex: ErrRemoteOrNetwork. */
export class ConnectionLostError extends ThriftRpcError {
  readonly address: string;
  constructor(address: string, message: string, options?: ErrorOptions) {
    super('CONNECTION_LOST', message, options);
    this.address = address;
  }
}

/** All connections to the instance are in use and the queue is full or the wait was too long. Kitex: ErrConnOverLimit. */
export class PoolExhaustedError extends ThriftRpcError {
  readonly address: string;
  constructor(address: string, message: string) {
    super('POOL_EXHAUSTED', message);
    this.address = address;
  }
}

/** The client or server was closed. */
export class ClosedError extends ThriftRpcError {
  constructor(message: string) {
    super('CLOSED', message);
  }
}

/** A server limit refused the request. Kitex: ErrOverlimit. */
export class OverLimitError extends ThriftRpcError {
  constructor(message: string) {
    super('OVER_LIMIT', message);
  }
}

/** An access rule refused the call. Kitex: ErrACL. */
export class AclError extends ThriftRpcError {
  constructor(message: string) {
    super('FORBIDDEN', message);
  }
}
