import { ThriftRpcError } from './thrift-rpc.error.js';

/**
 * What was wrong with bytes that came in, or with a value that should have gone out.
 * The names are those of Apache Thrift's TProtocolException, plus `TRUNCATED` for bytes that end too early.
 */
export type ProtocolErrorReason =
  /** Bytes or a value of the wrong shape: unknown wire type, missing required field, number out of range. */
  | 'INVALID_DATA'
  | 'NEGATIVE_SIZE'
  /** A size, count or frame beyond the configured limit. */
  | 'SIZE_LIMIT'
  | 'BAD_VERSION'
  /** Generated code without the protocol that a message is in or should be in. */
  | 'NOT_IMPLEMENTED'
  | 'DEPTH_LIMIT'
  | 'TRUNCATED';

/** Bytes that are not the Thrift message they should be, or a value that does not fit its type. */
export class ProtocolError extends ThriftRpcError {
  readonly reason: ProtocolErrorReason;

  constructor(reason: ProtocolErrorReason, message: string, options?: ErrorOptions) {
    super('PROTOCOL_ERROR', message, options);
    this.reason = reason;
  }
}
