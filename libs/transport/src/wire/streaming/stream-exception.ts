import {
  applicationExceptionCodec,
  MessageHeader,
  MessageType,
  readBinaryMessageBegin,
  ReadBuffer,
  type ApplicationException,
} from '@nestjs-thrift/codec/wire';
import { RemoteCancelledError } from '../../errors/errors.js';
import { StringKey } from '../ttheader/header-keys.js';
import { CancelType, type StreamFrame } from './stream-frame.js';

/** Characters of a text of a peer that errors repeat. */
const MAX_SHOWN_TEXT = 4_096;
/** Services of a cancellation's way that errors name. */
const MAX_PATH = 64;

/** Whether a frame has a payload, be it one that is too large to be read. */
export function hasPayload({ payloadStart, payloadEnd, tooLarge }: StreamFrame): boolean {
  return payloadEnd > payloadStart || tooLarge;
}

/** The exception in the payload of a frame; `undefined` for a payload that is none. */
export function readException({
  bytes,
  payloadStart,
  payloadEnd,
}: StreamFrame): ApplicationException | undefined {
  if (payloadStart === payloadEnd) {
    return undefined;
  }
  try {
    const header = new MessageHeader();
    const input = new ReadBuffer(bytes, payloadStart, payloadEnd);
    readBinaryMessageBegin(input, header);
    if (header.type !== MessageType.EXCEPTION) {
      return undefined;
    }
    const { type, message } = applicationExceptionCodec.readBinary(input);
    return { type, message: message.slice(0, MAX_SHOWN_TEXT) };
  } catch {
    return undefined;
  }
}

/** What an RST frame says: who cancelled the stream, and why. */
export function readCancellation(frame: StreamFrame): RemoteCancelledError {
  const { type, message } = readException(frame) ?? { type: CancelType.UNKNOWN, message: 'rst' };
  const path = (frame.info.string(StringKey.CANCEL_PATH) ?? '')
    .split(',', MAX_PATH)
    .filter((name) => name !== '')
    .map((name) => name.slice(0, MAX_SHOWN_TEXT));
  return new RemoteCancelledError(type, message || 'the stream was cancelled', path);
}
