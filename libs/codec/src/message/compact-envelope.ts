import type { ReadBuffer } from '../buffer/read-buffer.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import { ProtocolError } from '../errors/protocol.error.js';
import { readName } from './interned-name.js';
import type { MessageHeader } from './message-header.js';
import type { MessageName } from './message-name.js';
import { readVarint32, writeVarint32 } from './varint.js';

/** First byte of every Compact message. */
export const COMPACT_PROTOCOL_ID = 0x82;
const VERSION = 1;

/** Writes the envelope of a Compact message; the struct follows. */
export function writeCompactMessageBegin(
  out: WriteBuffer,
  type: number,
  name: MessageName,
  sequenceId: number,
): void {
  out.reserve(12 + name.bytes.length);
  out.bytes[out.position++] = COMPACT_PROTOCOL_ID;
  out.bytes[out.position++] = (type << 5) | VERSION;
  writeVarint32(out, sequenceId);
  writeVarint32(out, name.bytes.length);
  out.bytes.set(name.bytes, out.position);
  out.position += name.bytes.length;
}

/**
 * Reads the envelope of a Compact message and leaves `input.position` at the struct.
 *
 * @throws ProtocolError `BAD_VERSION` for another protocol or version, `TRUNCATED` when the bytes end too early.
 */
export function readCompactMessageBegin(input: ReadBuffer, header: MessageHeader): void {
  input.require(2);
  const protocolId = input.bytes[input.position++]!;
  const typeAndVersion = input.bytes[input.position++]!;
  if (protocolId !== COMPACT_PROTOCOL_ID || (typeAndVersion & 0x1f) !== VERSION) {
    throw new ProtocolError(
      'BAD_VERSION',
      `not a Compact message of version 1: it starts with 0x${((protocolId << 8) | typeAndVersion).toString(16)}`,
    );
  }
  header.type = typeAndVersion >> 5;
  header.sequenceId = readVarint32(input);
  const length = readVarint32(input);
  if (length < 0) {
    throw new ProtocolError('NEGATIVE_SIZE', `method name has the length ${length}`);
  }
  header.name = readName(input, length);
}
