import { BizStatusError } from '@nestjs-thrift/transport';
import { ThriftException } from '@nestjs-thrift/codec';
import { httpStatusOf } from './http-statuses.js';

/** What the reader of an HTTP response gets to see of the error that ended its stream. */
export interface StreamFailure {
  /** What the status of the response would have been. */
  readonly statusCode: number;
  /** The text of a business status or a declared exception; texts of failed calls name hosts and internals. */
  readonly message: string;
}

/** What of an error goes into a response that has begun. */
export function streamFailure(error: unknown): StreamFailure {
  const statusCode = error instanceof Error ? httpStatusOf(error) : 500;
  const isPublic = error instanceof BizStatusError || error instanceof ThriftException;
  return { statusCode, message: isPublic ? error.message : 'the stream failed' };
}
