import { branded } from '@nestjs-thrift/codec/internal';

/**
 * A business outcome that is no result and no failure of the call: a code, a text and details, carried in TTHeader
 * beside an empty reply. Thrown by a handler it reaches the caller as the same error. Not retried, not counted by
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
