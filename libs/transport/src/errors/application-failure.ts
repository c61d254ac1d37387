import type { ApplicationException } from '@nestjs-thrift/codec/wire';
import { BizStatusError } from './biz-status.error.js';
import { AclError, OverLimitError } from './errors.js';
import { ApplicationExceptionType, RemoteError } from './remote.error.js';

const INTERNAL_ERROR: ApplicationException = {
  type: ApplicationExceptionType.INTERNAL_ERROR,
  message: 'internal error',
};

/**
 * What a caller is told about an error that is no declared exception, or `undefined` if it is nothing a caller should
 * see. The texts of limits, access rules and business outcomes are Kitex's.
 *
 * | error | type | text |
 * | --- | --- | --- |
 * | RemoteError | its own | its own |
 * | OverLimitError | 6 | `request over limit: …` |
 * | AclError | 6 | `request forbidden: …` |
 * | BizStatusError, to a caller without TTHeader | 6 | `biz error: code=…, msg=…` |
 * | anything else | 6 | `internal error` |
 */
export function toPublicException(error: unknown): ApplicationException | undefined {
  if (error instanceof RemoteError) return { type: error.type, message: error.message };
  if (error instanceof OverLimitError) return internal(`request over limit: ${error.message}`);
  if (error instanceof AclError) return internal(`request forbidden: ${error.message}`);
  if (error instanceof BizStatusError) {
    return internal(`biz error: code=${error.statusCode}, msg=${error.message}`);
  }
  return undefined;
}

/** What a caller is told about an error that is nobody's business but the server's. */
export function toInternalException(error: unknown, exposeErrors: boolean): ApplicationException {
  if (!exposeErrors) return INTERNAL_ERROR;
  const text = (error as { message?: unknown } | null | undefined)?.message;
  return internal(typeof text === 'string' ? text : String(error));
}

function internal(message: string): ApplicationException {
  return { type: ApplicationExceptionType.INTERNAL_ERROR, message };
}
