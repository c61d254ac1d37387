import { ProtocolError } from '@nestjs-thrift/codec';
import { COMPACT_PROTOCOL_ID, type Protocol, PROTOCOLS } from '@nestjs-thrift/codec/wire';
import { FRAMINGS, type Framing } from './framing.js';
import { nameForeignBytes } from './foreign-bytes.js';
import { FLAG_STREAMING, TT_HEADER_MAGIC } from '../ttheader/tt-header.js';

/** What the first bytes of a message say about it. */
export const Sniffed = {
  TTHEADER: 0,
  MESH_HEADER: 1,
  BINARY: 2,
  COMPACT: 3,
  FRAMED_BINARY: 4,
  FRAMED_COMPACT: 5,
} as const;

/** What a payload is once it has been recognised. */
export interface Payload {
  readonly protocol: Protocol;
  /** Its framing where no TTHeader is in front of it. */
  readonly framing: Framing;
  /** Its framing inside a TTHeader. */
  readonly inHeader: Framing;
}

const { Buffered, Framed, TTHeader, TTHeaderFramed } = FRAMINGS;
const { binary, compact } = PROTOCOLS;

/** The payloads by their numbers in {@link Sniffed}; headers are none. */
export const PAYLOADS: readonly (Payload | undefined)[] = [
  undefined,
  undefined,
  { protocol: binary, framing: Buffered, inHeader: TTHeader },
  { protocol: compact, framing: Buffered, inHeader: TTHeader },
  { protocol: binary, framing: Framed, inHeader: TTHeaderFramed },
  { protocol: compact, framing: Framed, inHeader: TTHeaderFramed },
];

/** A frame of a stream came where a message was expected. The first one of a connection makes it a streaming connection. */
export class UnexpectedStreamFrame extends ProtocolError {
  constructor() {
    super(
      'BAD_VERSION',
      'a frame of a stream came on a connection of calls; streams need separate connections',
    );
  }
}

/** Bytes needed to tell; every legal message but a Compact one is longer. */
export const SNIFF_BYTES = 8;
/** Bytes that are enough for Compact, whose smallest message has five. */
const COMPACT_SNIFF_BYTES = 4;

const BINARY_VERSION = 0x8001;
const MESH_HEADER_MAGIC = 0xffaf;
const COMPACT_VERSION = 1;
/** Longest method name taken for one in an old-style message, which nothing else marks. */
const MAX_OLD_STYLE_NAME = 255;
/** An old-style envelope without its name, and the stop of its struct. */
const OLD_STYLE_REST = 4 + 1 + 4 + 1;

/**
 * Whether the bytes from `start` to `end` are enough to tell. Waiting for more than a message has would be waiting for
 * bytes that may never come, or for those of the next message.
 */
export function canSniff(bytes: Buffer, start: number, end: number): boolean {
  const available = end - start;
  if (available >= SNIFF_BYTES) {
    return true;
  }
  return available >= COMPACT_SNIFF_BYTES && isCompact(readUint32(bytes, start));
}

/**
 * Tells how the message at `position` is wrapped and encoded. Compact comes first, because its messages may end before
 * the eighth byte; what begins like it is not an acceptable length. The rest is in the order Kitex looks, and
 * old-style Binary, which it does not know, after that.
 *
 * @throws ProtocolError `BAD_VERSION` for anything else, naming what it looks like.
 */
export function sniff(bytes: Buffer, position: number): number {
  const first = readUint32(bytes, position);
  if (isCompact(first)) {
    return Sniffed.COMPACT;
  }
  const second = readUint32(bytes, position + 4);
  const secondHalf = second >>> 16;
  if (secondHalf === TT_HEADER_MAGIC) {
    if ((second & FLAG_STREAMING) !== 0) {
      throw new UnexpectedStreamFrame();
    }
    return Sniffed.TTHEADER;
  }
  if (first >>> 16 === MESH_HEADER_MAGIC) {
    return Sniffed.MESH_HEADER;
  }
  return payloadOf(first, second, bytes, position);
}

/** The same inside a header, where only a payload can follow. */
export function sniffPayload(bytes: Buffer, position: number): number {
  const first = readUint32(bytes, position);
  if (isCompact(first)) {
    return Sniffed.COMPACT;
  }
  return payloadOf(first, readUint32(bytes, position + 4), bytes, position);
}

/** What begins with two words of which the first is not that of Compact. */
function payloadOf(first: number, second: number, bytes: Buffer, position: number): number {
  if (first >>> 16 === BINARY_VERSION) {
    return Sniffed.BINARY;
  }
  if (second >>> 16 === BINARY_VERSION) {
    return Sniffed.FRAMED_BINARY;
  }
  if (isCompact(second)) {
    return Sniffed.FRAMED_COMPACT;
  }
  if (second > 0 && second <= MAX_OLD_STYLE_NAME && first >= second + OLD_STYLE_REST) {
    return Sniffed.FRAMED_BINARY;
  }
  if (first > 0 && first <= MAX_OLD_STYLE_NAME && startsName(second >>> 24)) {
    return Sniffed.BINARY;
  }
  throw notThrift(bytes, position);
}

function isCompact(word: number): boolean {
  return word >>> 24 === COMPACT_PROTOCOL_ID && ((word >>> 16) & 0x1f) === COMPACT_VERSION;
}

/** Whether an identifier may begin with the character. */
function startsName(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || code === 0x5f;
}

function notThrift(bytes: Buffer, position: number): ProtocolError {
  const foreign = nameForeignBytes(bytes, position, position + SNIFF_BYTES);
  if (foreign !== undefined) {
    return new ProtocolError('BAD_VERSION', foreign);
  }
  const hex = bytes.toString('hex', position, position + SNIFF_BYTES);
  return new ProtocolError('BAD_VERSION', `not a Thrift message: it starts with 0x${hex}`);
}

export function readUint32(bytes: Buffer, position: number): number {
  return (
    ((bytes[position]! << 24) |
      (bytes[position + 1]! << 16) |
      (bytes[position + 2]! << 8) |
      bytes[position + 3]!) >>>
    0
  );
}
