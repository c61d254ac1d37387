import { ThriftRpcError } from '@nestjs-thrift/codec';
import { branded } from '@nestjs-thrift/codec/internal';

/**
 * The time a retry policy grants the call with all its attempts is used up; the last attempt's error is the cause.
 * When only the number of attempts is used up, the caller gets that last error itself. Kitex: ErrRetry.
 */
export class RetryExhaustedError extends ThriftRpcError {
  static {
    branded(this, 'RetryExhaustedError');
  }

  /** Attempts made, the first one included. */
  readonly attempts: number;

  constructor(attempts: number, message: string, options?: ErrorOptions) {
    super('RETRY_EXHAUSTED', message, options);
    this.attempts = attempts;
  }
}
