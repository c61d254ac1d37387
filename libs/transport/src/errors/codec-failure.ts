import {
  EncodeError,
  ProtocolError,
  ThriftRpcError,
  type ProtocolErrorReason,
} from '@nestjs-thrift/codec';
import { errorMessage } from './error-text.js';

// Codecs name the field; these errors name the message, too. A codec of another library may throw anything.

/** A message of this process that cannot be encoded. @param what the message, and what became of it. */
export function encodeFailure(what: string, cause: unknown): EncodeError {
  return new EncodeError(reasonOf(cause), `${what}: ${errorMessage(cause)}`, { cause });
}

/** A message of the peer that cannot be decoded. @param what the message. @param hint what to do. */
export function decodeFailure(what: string, cause: unknown, hint: string): ProtocolError {
  // A limit says itself what to do.
  const advice = isBeyondDecodeLimit(cause) ? '' : `; ${hint}`;
  return new ProtocolError(reasonOf(cause), `${what}: ${errorMessage(cause)}${advice}`, { cause });
}

/** Whether a message was rejected because decoding it would take too much memory or time: it was a message nonetheless. */
export function isBeyondDecodeLimit(error: unknown): boolean {
  return error instanceof ProtocolError && error.reason === 'DECODE_LIMIT';
}

function reasonOf(cause: unknown): ProtocolErrorReason {
  const hasReason = cause instanceof EncodeError || cause instanceof ProtocolError;
  return hasReason ? cause.reason : 'INVALID_DATA';
}

/** Whether a message was not written because it is larger than the limit of this side. */
export function isTooLarge(error: unknown): error is ThriftRpcError {
  return error instanceof ThriftRpcError && error.code === 'MESSAGE_TOO_LARGE';
}
