// Thrift messages put together by bytes, independent of the code under attack: legal ones and others.

/** Types of values in Binary. */
export const Type = {
  BYTE: 3,
  DOUBLE: 4,
  I32: 8,
  I64: 10,
  STRING: 11,
  STRUCT: 12,
  MAP: 13,
  SET: 14,
  LIST: 15,
} as const;

/** Types of values in Compact. */
export const CompactType = {
  BYTE: 3,
  I32: 5,
  I64: 6,
  DOUBLE: 7,
  STRING: 8,
  LIST: 9,
  SET: 10,
  MAP: 11,
  STRUCT: 12,
} as const;

/** Types of messages. */
export const MessageType = { CALL: 1, REPLY: 2, EXCEPTION: 3, ONEWAY: 4 } as const;

/** What stands before the body of a message. */
export interface Envelope {
  readonly name: string | Buffer;
  readonly sequenceId?: number;
  readonly type?: number;
}

const STOP = Buffer.of(0);

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value >>> 0;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}

/** A message in Binary whose body is one field. Results have the id 0, arguments count from 1. */
export function binaryMessage(
  { name, sequenceId = 1, type = MessageType.CALL }: Envelope,
  fieldType: number,
  content: Buffer,
  fieldId = 1,
): Buffer {
  const nameBytes = Buffer.from(name);
  const parts = [
    Buffer.of(0x80, 1, 0, type),
    uint32(nameBytes.length),
    nameBytes,
    uint32(sequenceId),
    Buffer.of(fieldType, fieldId >> 8, fieldId & 0xff),
    content,
    STOP,
  ];
  return Buffer.concat(parts);
}

/** A message in Compact whose body is one field. */
export function compactMessage(
  { name, sequenceId = 1, type = MessageType.CALL }: Envelope,
  fieldType: number,
  content: Buffer,
  fieldId = 1,
): Buffer {
  const nameBytes = Buffer.from(name);
  // Field 0 needs the long form: a difference of 0 is what marks it.
  const field = fieldId === 0 ? Buffer.of(fieldType, 0) : Buffer.of((fieldId << 4) | fieldType);
  const parts = [
    Buffer.of(0x82, (type << 5) | 1),
    varint(sequenceId),
    varint(nameBytes.length),
    nameBytes,
    field,
    content,
    STOP,
  ];
  return Buffer.concat(parts);
}

/** Puts the length before a message. */
export function framed(message: Buffer): Buffer {
  return Buffer.concat([uint32(message.length), message]);
}

/** Fields of a TTHeader. */
export interface HeaderFields {
  readonly sequenceId?: number;
  /** 1: replies may come in any order, as for callers that multiplex. */
  readonly flags?: number;
  readonly ints?: ReadonlyMap<number, string>;
  readonly strings?: ReadonlyMap<string, string>;
}

const HEADER_WORD_BYTES = 4;

/** Puts a TTHeader before a message. */
export function withHeader(message: Buffer, fields: HeaderFields = {}): Buffer {
  const { sequenceId = 1, flags = 0, ints = new Map(), strings = new Map() } = fields;
  const info: Buffer[] = [Buffer.of(0, 0)];
  if (ints.size > 0) {
    info.push(Buffer.of(0x10), uint16(ints.size));
    for (const [key, value] of ints) {
      info.push(uint16(key), text(value));
    }
  }
  if (strings.size > 0) {
    info.push(Buffer.of(0x01), uint16(strings.size));
    for (const [key, value] of strings) {
      info.push(text(key), text(value));
    }
  }
  const infoBytes = Buffer.concat(info);
  const padding = -infoBytes.length & (HEADER_WORD_BYTES - 1);
  const header = [
    uint16(0x1000),
    uint16(flags),
    uint32(sequenceId),
    uint16((infoBytes.length + padding) / HEADER_WORD_BYTES),
    infoBytes,
    Buffer.alloc(padding),
  ];
  return framed(Buffer.concat([...header, message]));
}

function uint16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint16(bytes.length), bytes]);
}
