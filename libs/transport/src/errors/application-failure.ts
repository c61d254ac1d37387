import { ERROR_CODES, type ThriftRpcError } from '@nestjs-thrift/codec';
import { errorRow } from '@nestjs-thrift/codec/internal';
import type { ApplicationException } from '@nestjs-thrift/codec/wire';
import { errorMessage } from './error-text.js';
import { BizStatusError, LimitExceededError } from './errors.js';
import { ApplicationExceptionType, RemoteError } from './remote.error.js';

const INTERNAL_ERROR: ApplicationException = {
  type: ApplicationExceptionType.INTERNAL_ERROR,
  message: 'internal error',
};

const OVER_LIMIT = ERROR_CODES.LIMIT_EXCEEDED.wire;

/**
 * The reply to a request that ended with an error that is not a declared exception, or `undefined` if the caller must not
 * see the error. The texts before reasons and business outcomes are Kitex's.
 *
 * | error | type | text |
 * | --- | --- | --- |
 * | RemoteError | its own | its own |
 * | LimitExceededError of this process | 6 | `request over limit: …` |
 * | AccessDeniedError | 6 | `request forbidden: …` |
 * | BizStatusError, to a caller without TTHeader | 6 | `biz error: code=…, msg=…` |
 * | anything else | 6 | `internal error` |
 */
export function toPublicException(error: unknown): ApplicationException | undefined {
  if (error instanceof RemoteError) {
    return { type: error.type, message: errorMessage(error) };
  }
  if (isRejection(error)) {
    return internal(`${errorRow(error)?.wire}: ${error.message}`);
  }
  if (error instanceof BizStatusError) {
    return internal(`biz error: code=${error.statusCode}, msg=${error.message}`);
  }
  return undefined;
}

/**
 * Whether this process rejected a request, with a reason that its caller may see. That another server is over its limit is
 * not for the caller: it would send the request to another instance of this service, whose handler may have run.
 */
export function isRejection(error: unknown): error is ThriftRpcError {
  if (error instanceof LimitExceededError && error.address !== undefined) {
    return false;
  }
  return errorRow(error)?.wire !== undefined;
}

/** Whether an application exception is how servers, Kitex's too, say that a limit rejected the request. */
export function isOverLimit({ type, message }: ApplicationException): boolean {
  if (type !== ApplicationExceptionType.INTERNAL_ERROR) {
    return false;
  }
  return message === OVER_LIMIT || message.startsWith(`${OVER_LIMIT}: `);
}

/** The reply to a request that ended with an error that concerns the server alone. */
export function toInternalException(error: unknown, exposeErrors: boolean): ApplicationException {
  if (!exposeErrors) {
    return INTERNAL_ERROR;
  }
  return internal(errorMessage(error));
}

/** Characters of a name that errors and replies repeat. */
const MAX_SHOWN_NAME = 128;

/** A name that a peer sent, bounded: it may be as long as a message. */
export function shorten(name: string): string {
  if (name.length <= MAX_SHOWN_NAME) {
    return name;
  }
  return `${name.slice(0, MAX_SHOWN_NAME)}… (${name.length} characters)`;
}

function internal(message: string): ApplicationException {
  return { type: ApplicationExceptionType.INTERNAL_ERROR, message };
}
