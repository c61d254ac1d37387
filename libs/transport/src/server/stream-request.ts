import { ProtocolError } from '@nestjs-thrift/codec';
import type { ReadBuffer } from '@nestjs-thrift/codec/wire';
import { decodeFailure } from '../errors/codec-failure.js';
import { RemoteError } from '../errors/remote.error.js';
import { hasPayload, readException } from '../wire/streaming/stream-exception.js';
import { readPayload, type StreamFrame } from '../wire/streaming/stream-frame.js';
import { readBizStatus } from '../wire/ttheader/biz-status.js';
import type { FailureReports } from './failure-reports.js';
import type { ServedStream } from './served-stream.js';

/**
 * The message in a frame of a client.
 *
 * @throws ProtocolError for one that is too large or not what the IDL says; it has been reported then.
 */
export function readRequest(
  input: ReadBuffer,
  frame: StreamFrame,
  { service, method }: ServedStream,
  reports: FailureReports,
  maxFrameBytes: number,
): unknown {
  if (frame.tooLarge) {
    const message = `message of ${frame.wireBytes} bytes, at most ${maxFrameBytes} are accepted (maxFrameBytes of the server)`;
    reports.rejected('too_large', service.name, method.name, message);
    throw new ProtocolError('SIZE_LIMIT', message);
  }
  try {
    return readPayload(input, frame, method.request);
  } catch (cause) {
    const what = `a message of ${service.name}.${method.name} cannot be read`;
    const error = decodeFailure(what, cause, 'do both sides have the same IDL?');
    reports.rejected('invalid_arguments', service.name, method.name, error.message);
    throw error;
  }
}

/** The error that a client ends its side with; `undefined` for the normal end. */
export function readEnd(
  frame: StreamFrame,
  { service, method }: ServedStream,
): { readonly cause: Error } | undefined {
  const exception = readException(frame);
  if (exception !== undefined) {
    return { cause: new RemoteError(exception.type, exception.message) };
  }
  if (hasPayload(frame)) {
    const message = `the end of ${service.name}.${method.name} cannot be read`;
    return { cause: new ProtocolError('INVALID_DATA', message) };
  }
  const status = readBizStatus(frame.info);
  return status && { cause: status };
}
