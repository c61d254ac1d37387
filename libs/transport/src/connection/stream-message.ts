import { ProtocolError, ThriftRpcError } from '@nestjs-thrift/codec';
import type { ReadBuffer } from '@nestjs-thrift/codec/wire';
import { isOverLimit } from '../errors/application-failure.js';
import { decodeFailure } from '../errors/codec-failure.js';
import { LimitExceededError } from '../errors/errors.js';
import { RemoteError } from '../errors/remote.error.js';
import type { OutgoingStream } from '../stream/outgoing-stream.js';
import { readDeclaredException } from '../wire/streaming/declared-exception.js';
import { hasPayload, readException } from '../wire/streaming/stream-exception.js';
import { readPayload, SHUTTING_DOWN, type StreamFrame } from '../wire/streaming/stream-frame.js';
import type { HeaderInfo } from '../wire/ttheader/header-info.js';
import { StringKey } from '../wire/ttheader/header-keys.js';
import { readBizStatus } from '../wire/ttheader/biz-status.js';

/**
 * The message in a frame of a server.
 *
 * @throws ThriftRpcError `MESSAGE_TOO_LARGE`, ProtocolError for bytes that are not what the IDL says.
 */
export function readMessage(
  input: ReadBuffer,
  frame: StreamFrame,
  { label, target }: OutgoingStream,
  address: string,
  { maxFrameBytes }: { readonly maxFrameBytes: number },
): unknown {
  if (frame.tooLarge) {
    throw new ThriftRpcError(
      'MESSAGE_TOO_LARGE',
      `${label}: a message of ${address} has ${frame.wireBytes} bytes, at most ${maxFrameBytes} are accepted (maxFrameBytes of the client)`,
    );
  }
  try {
    return readPayload(input, frame, target.method.response);
  } catch (cause) {
    const what = `${label}: a message of ${address} cannot be read`;
    throw decodeFailure(what, cause, 'do both sides have the same IDL?');
  }
}

/** Whether the server asks to open no further streams on the connection. */
export function isClosing(info: HeaderInfo): boolean {
  return info.string(StringKey.CONNECTION_RESET) !== undefined;
}

/** What the trailer of a server fails the stream with; `undefined` for success. An exception takes precedence over a business status, as in Kitex. */
export function streamEnd(
  frame: StreamFrame,
  { label, target }: OutgoingStream,
  address: string,
  { maxDecodedBytes }: { readonly maxDecodedBytes: number },
): Error | undefined {
  const exception = readException(frame);
  if (exception === undefined) {
    return hasPayload(frame)
      ? new ProtocolError('INVALID_DATA', `${label}: the end that ${address} sent cannot be read`)
      : readBizStatus(frame.info);
  }
  if (isOverLimit(exception)) {
    const text = `${label} was rejected by ${address}: ${exception.message}`;
    return new LimitExceededError(text, { address });
  }
  if (exception.message === SHUTTING_DOWN && isClosing(frame.info)) {
    const text = `${label} was not opened: ${address} is shutting down and has not run its handler; open it on another instance`;
    return new ThriftRpcError('NOT_SENT', text);
  }
  return (
    readDeclaredException(frame.info, target.method.exceptions, maxDecodedBytes) ??
    new RemoteError(exception.type, exception.message)
  );
}
