import { ThriftRpcError } from '@nestjs-thrift/codec';
import { branded } from '@nestjs-thrift/codec/internal';

/**
 * Types of a TApplicationException, the error a server sends when a call failed as a call. 20 and 21 are Kitex's own;
 * a peer may send any other 32-bit number.
 */
export const ApplicationExceptionType = {
  UNKNOWN: 0,
  UNKNOWN_METHOD: 1,
  INVALID_MESSAGE_TYPE: 2,
  WRONG_METHOD_NAME: 3,
  BAD_SEQUENCE_ID: 4,
  MISSING_RESULT: 5,
  INTERNAL_ERROR: 6,
  PROTOCOL_ERROR: 7,
  INVALID_TRANSFORM: 8,
  INVALID_PROTOCOL: 9,
  UNSUPPORTED_CLIENT_TYPE: 10,
  UNKNOWN_SERVICE: 20,
  NO_SERVICE_NAME: 21,
} as const;

/** The server answered with a TApplicationException. Kitex: ErrRemoteOrNetwork with a TransError as cause. */
export class RemoteError extends ThriftRpcError {
  static {
    branded(this, 'RemoteError');
  }

  /** One of {@link ApplicationExceptionType}, or a number of the server's own. */
  readonly type: number;

  constructor(type: number, message: string, options?: ErrorOptions) {
    super('REMOTE_ERROR', message, options);
    this.type = type;
  }
}
