import { EncodeError, type StreamMethod } from '@nestjs-thrift/codec';
import type { ApplicationException } from '@nestjs-thrift/codec/wire';
import { toInternalException, toPublicException } from '../errors/application-failure.js';
import { encodeFailure } from '../errors/codec-failure.js';
import { errorMessage } from '../errors/error-text.js';
import { BizStatusError } from '../errors/errors.js';
import { ApplicationExceptionType } from '../errors/remote.error.js';
import { declaredExceptionStrings } from '../wire/streaming/declared-exception.js';
import { bizStatusStrings } from '../wire/ttheader/biz-status.js';
import { STRINGS_ROOM } from '../wire/ttheader/header-room.js';
import type { ServedStream } from './served-stream.js';

/** What the end of a stream carries for its caller. */
export interface StreamFailure {
  /** Absent for a business status, which is among the strings. */
  readonly exception?: ApplicationException;
  /** Values sent with it. */
  readonly strings: ReadonlyMap<string, string>;
  /** Whether the caller does not see the error itself. */
  readonly hidden?: boolean;
  /** Says what of the error did not fit. */
  readonly loss?: EncodeError;
}

/**
 * What the caller gets to see of an error that ended the handler. A business status goes among the trailers. Kitex loses the type of
 * declared exceptions on streams: their name and fields go into the text, and for clients of this project among the trailers.
 */
export function streamFailure(
  stream: ServedStream,
  error: unknown,
  trailers: ReadonlyMap<string, string>,
  exposeErrors: boolean,
): StreamFailure {
  if (error === stream.cancelled) {
    const { cancelException = internal(`biz error: ${errorMessage(error)}`) } = stream;
    return { exception: cancelException, strings: trailers };
  }
  const { service, method } = stream;
  // Each frame names the method.
  const room = STRINGS_ROOM - Buffer.byteLength(method.name);
  const unfit = (what: string, sent: string): EncodeError => {
    const text = `${what} of ${service.name}.${method.name} does not fit into the frame that ends a stream: it was sent ${sent}`;
    return new EncodeError('SIZE_LIMIT', text, { cause: error });
  };
  if (error instanceof BizStatusError) {
    const { strings, loss } = bizStatusStrings(error, trailers, room);
    return loss === undefined
      ? { strings }
      : { strings, loss: unfit(`business status ${error.statusCode}`, `without ${loss}`) };
  }
  const declared = method.exceptions.find(({ type }) => error instanceof type);
  if (declared !== undefined) {
    const exception = internal(declaredText(error as Error));
    const strings = exceptionStrings(stream, declared, error, trailers, room);
    return strings === undefined
      ? { exception, strings: trailers, loss: unfit(`exception "${declared.field}"`, 'as text') }
      : { exception, strings };
  }
  const known = toPublicException(error);
  return known === undefined
    ? { exception: toInternalException(error, exposeErrors), hidden: true, strings: trailers }
    : { exception: known, strings: trailers };
}

function exceptionStrings(
  { service, method }: ServedStream,
  declared: StreamMethod['exceptions'][number],
  error: unknown,
  trailers: ReadonlyMap<string, string>,
  room: number,
): ReadonlyMap<string, string> | undefined {
  try {
    return declaredExceptionStrings(declared, error, trailers, room);
  } catch (cause) {
    const name = `${service.name}.${method.name}`;
    throw encodeFailure(`the exception "${declared.field}" of ${name} cannot be encoded`, cause);
  }
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
