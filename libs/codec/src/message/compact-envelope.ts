import type { ReadBuffer } from '../buffer/read-buffer.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import { ProtocolError } from '../errors/protocol.error.js';
import { readCompactLength } from '../runtime/compact-containers.js';
import { putVarint, readVarint } from '../runtime/varints.js';
import { readName, type MessageName } from './interned-name.js';
import type { MessageHeader } from './binary-envelope.js';

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
  const { bytes } = out;
  let p = out.position;
  bytes[p] = COMPACT_PROTOCOL_ID;
  bytes[p + 1] = (type << 5) | VERSION;
  p = putVarint(bytes, p + 2, sequenceId);
  p = putVarint(bytes, p, name.bytes.length);
  bytes.set(name.bytes, p);
  out.position = p + name.bytes.length;
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
  header.sequenceId = readVarint(input);
  header.name = readName(input, readCompactLength(input));
}
