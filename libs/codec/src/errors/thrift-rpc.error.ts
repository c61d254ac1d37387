import { branded } from './branded.js';
import type { ErrorCodeRow } from './error-code-row.js';
import { ERROR_CODES, type ThriftErrorCode } from './error-codes.js';

/** Page of the reference with an anchor per error code; `npm run docs:errors` compares it with the project facts. */
const ERROR_REFERENCE = 'https://nestjs-thrift.github.io/nestjs-thrift/reference/errors';

/**
 * Base of every error this project raises for a call that did not end with a result or a declared exception.
 * Tell errors apart by {@link ThriftRpcError.code}, which is stable across releases; messages are for people.
 */
export class ThriftRpcError extends Error {
  static {
    branded(this, 'ThriftRpcError');
  }

  /** Stable machine-readable name of the failure, such as `RPC_TIMEOUT`: a key of {@link ERROR_CODES}. */
  readonly code: ThriftErrorCode;

  constructor(code: ThriftErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** Section of the error reference about {@link ThriftRpcError.code}: cause, consequences and remedy. */
  get docUrl(): string {
    return `${ERROR_REFERENCE}#${this.code.toLowerCase()}`;
  }
}

/**
 * The row of {@link ERROR_CODES} for an error; `undefined` for an error that is not a {@link ThriftRpcError}, or whose
 * code this version does not know.
 */
export function errorRow(error: unknown): ErrorCodeRow | undefined {
  if (!(error instanceof ThriftRpcError) || !Object.hasOwn(ERROR_CODES, error.code)) {
    return undefined;
  }
  return ERROR_CODES[error.code];
}
