import { branded } from './branded.js';
import { ThriftRpcError } from './thrift-rpc.error.js';

/**
 * What is wrong with the bytes that came in (`ProtocolError`), or with the value to send (`EncodeError`).
 * The names are those of Apache Thrift's TProtocolException, plus `TRUNCATED` for bytes that end too early.
 */
export type ProtocolErrorReason =
  /** Bytes or a value of the wrong shape: unknown wire type, missing required field, number out of range. */
  | 'INVALID_DATA'
  | 'NEGATIVE_SIZE'
  /** A size, count or frame beyond the configured limit. */
  | 'SIZE_LIMIT'
  /** A message that would take more memory or time to decode than the reader grants it. */
  | 'DECODE_LIMIT'
  | 'BAD_VERSION'
  /** Generated code without the protocol that a message is in or should be in. */
  | 'NOT_IMPLEMENTED'
  | 'DEPTH_LIMIT'
  | 'TRUNCATED';

/**
 * The bytes of the peer are not the Thrift message they should be. Kitex: ErrRemoteOrNetwork. The code is
 * `DECODE_LIMIT_EXCEEDED` for the reason `DECODE_LIMIT`, and `PROTOCOL_ERROR` for all others.
 */
export class ProtocolError extends ThriftRpcError {
  static {
    branded(this, 'ProtocolError');
  }

  readonly reason: ProtocolErrorReason;

  constructor(reason: ProtocolErrorReason, message: string, options?: ErrorOptions) {
    super(reason === 'DECODE_LIMIT' ? 'DECODE_LIMIT_EXCEEDED' : 'PROTOCOL_ERROR', message, options);
    this.reason = reason;
  }
}
