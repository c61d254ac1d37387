import type { ReadBuffer } from '../buffer/read-buffer.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import { ProtocolError } from '../errors/protocol.error.js';
import { readLengthOfBytes } from '../runtime/binary-containers.js';
import { readI32 } from '../runtime/numbers.js';
import { readName, type MessageName } from './interned-name.js';

/** The envelope of a message as it was read. One object serves message after message. */
export class MessageHeader {
  /** One of `MessageType`, or whatever else the peer sent. */
  type = 0;
  /** Method the message belongs to; over a multiplexed transport `Service:method`. */
  name = '';
  /** Signed 32-bit number that ties a reply to its request. */
  sequenceId = 0;
}

/** What a message is; the number in its envelope. */
export const MessageType = {
  CALL: 1,
  REPLY: 2,
  EXCEPTION: 3,
  ONEWAY: 4,
} as const;

const VERSION = 0x80010000;

/** Writes the strict envelope of a Binary message; the struct follows. */
export function writeBinaryMessageBegin(
  out: WriteBuffer,
  type: number,
  name: MessageName,
  sequenceId: number,
): void {
  const length = name.bytes.length;
  out.reserve(12 + length);
  const { bytes, view, position } = out;
  view.setUint32(position, (VERSION | type) >>> 0);
  view.setInt32(position + 4, length);
  // A loop, because names are short and `set` is a call.
  for (let index = 0; index < length; index += 1) {
    bytes[position + 8 + index] = name.bytes[index]!;
  }
  view.setInt32(position + 8 + length, sequenceId);
  out.position = position + 12 + length;
}

/**
 * Reads the envelope of a Binary message, strict or old-style, and leaves `input.position` at the struct.
 *
 * @throws ProtocolError `BAD_VERSION` for another version, `TRUNCATED` when the bytes end too early.
 */
export function readBinaryMessageBegin(input: ReadBuffer, header: MessageHeader): void {
  input.require(4);
  const first = readI32(input.bytes, input.position);
  if (first < 0 && (first & 0xffff0000) >>> 0 !== VERSION) {
    throw new ProtocolError(
      'BAD_VERSION',
      `not a Binary message of version 1: it starts with 0x${(first >>> 0).toString(16)}`,
    );
  }
  // Strict: version and type, name, id. Old style: name, type, id.
  if (first < 0) {
    header.type = first & 0xff;
    input.position += 4;
  }
  const length = readLengthOfBytes(input.bytes, input.position, input.end);
  input.position += 4;
  header.name = readName(input, length);
  if (first >= 0) {
    input.require(1);
    header.type = input.bytes[input.position++]!;
  }
  input.require(4);
  header.sequenceId = readI32(input.bytes, input.position);
  input.position += 4;
}
