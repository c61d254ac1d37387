const LENGTH_BYTES = 4;
const HEADER_MAGIC = 0x1000;
const FIXED_HEADER_BYTES = 14;
const BINARY_VERSION = 0x8001;
const COMPACT_VERSION = 0x82;

/** A message that came with a length before it. */
export interface ReceivedMessage {
  readonly type: number;
  readonly name: string;
  readonly id: number;
  readonly hasHeader: boolean;
  /** Size with all that is around it. */
  readonly bytes: number;
  /** What follows the envelope. */
  readonly body: Buffer;
}

/**
 * Reads the first message, Framed or with a TTHeader, in Binary or Compact.
 *
 * @returns the bytes it takes as long as they are not there.
 */
export function readMessage(bytes: Buffer): ReceivedMessage | number {
  if (bytes.length < LENGTH_BYTES) {
    return LENGTH_BYTES;
  }
  const end = LENGTH_BYTES + bytes.readUInt32BE(0);
  if (bytes.length < end) {
    return end;
  }
  const hasHeader = bytes.readUInt16BE(LENGTH_BYTES) === HEADER_MAGIC;
  const message = bytes.subarray(hasHeader ? payloadStart(bytes) : LENGTH_BYTES, end);
  const envelope = message[0] === COMPACT_VERSION ? readCompact(message) : readBinary(message);
  return { ...envelope, hasHeader, bytes: end };
}

type Envelope = Pick<ReceivedMessage, 'type' | 'name' | 'id' | 'body'>;

function payloadStart(bytes: Buffer): number {
  const start = FIXED_HEADER_BYTES + bytes.readUInt16BE(FIXED_HEADER_BYTES - 2) * 4;
  const isBare = bytes.readUInt16BE(start) === BINARY_VERSION || bytes[start] === COMPACT_VERSION;
  return isBare ? start : start + LENGTH_BYTES;
}

function readBinary(message: Buffer): Envelope {
  const nameEnd = 8 + message.readUInt32BE(4);
  return {
    type: message[3]!,
    name: message.toString('latin1', 8, nameEnd),
    id: message.readInt32BE(nameEnd),
    body: message.subarray(nameEnd + 4),
  };
}

function readCompact(message: Buffer): Envelope {
  const [id, nameLengthAt] = readVarint(message, 2);
  const [nameLength, nameAt] = readVarint(message, nameLengthAt);
  return {
    type: message[1]! >> 5,
    name: message.toString('latin1', nameAt, nameAt + nameLength),
    id,
    body: message.subarray(nameAt + nameLength),
  };
}

/** The number, and where the next one begins. */
function readVarint(bytes: Buffer, position: number): [number, number] {
  let value = 0;
  for (let shift = 0, at = position; ; shift += 7, at++) {
    const byte = bytes[at]!;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      return [value, at + 1];
    }
  }
}
