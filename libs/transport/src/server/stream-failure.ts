import type { ApplicationException } from '@nestjs-thrift/codec/wire';
import { toInternalException, toPublicException } from '../errors/application-failure.js';
import { errorMessage } from '../errors/error-text.js';
import { BizStatusError } from '../errors/errors.js';
import { ApplicationExceptionType } from '../errors/remote.error.js';
import { bizStatusStrings } from '../wire/ttheader/biz-status.js';
import type { ServedStream } from './served-stream.js';

/** What the end of a stream carries for its caller. */
export interface StreamFailure {
  /** Absent for a business status, which is among the strings. */
  readonly exception?: ApplicationException;
  /** Values sent with it. */
  readonly strings: ReadonlyMap<string, string>;
  /** Whether the caller does not see the error itself, or not all of it. */
  readonly hidden: boolean;
}

/**
 * What the caller gets to see of an error that ended the handler. A business status goes among the trailers. Kitex loses the type of
 * declared exceptions on streams; their name and fields go into the text.
 */
export function streamFailure(
  stream: ServedStream,
  error: unknown,
  trailers: ReadonlyMap<string, string>,
  exposeErrors: boolean,
): StreamFailure {
  if (error === stream.cancelled) {
    const { cancelException = internal(`biz error: ${errorMessage(error)}`) } = stream;
    return { exception: cancelException, hidden: false, strings: trailers };
  }
  if (error instanceof BizStatusError) {
    const { strings, loss } = bizStatusStrings(error, trailers);
    return { strings, hidden: loss !== undefined };
  }
  const declared = stream.method.exceptions.find(({ type }) => error instanceof type);
  if (declared !== undefined) {
    return { exception: internal(declaredText(error as Error)), hidden: false, strings: trailers };
  }
  const known = toPublicException(error);
  return known === undefined
    ? { exception: toInternalException(error, exposeErrors), hidden: true, strings: trailers }
    : { exception: known, hidden: false, strings: trailers };
}

function declaredText(error: Error): string {
  const json = JSON.stringify(Object.fromEntries(Object.entries(error)), (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return `biz error: ${error.constructor.name}: ${json}`;
}

function internal(message: string): ApplicationException {
  return { type: ApplicationExceptionType.INTERNAL_ERROR, message };
}
