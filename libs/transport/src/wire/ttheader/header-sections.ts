import { EncodeError } from '@nestjs-thrift/codec';
import { WriteBuffer } from '@nestjs-thrift/codec/wire';
import { ACL_TOKEN_KEY } from './header-keys.js';
import { InfoId, MAX_STRING_BYTES } from './tt-header.js';

/** What a header says, to be written into it. */
export interface HeaderFields {
  readonly strings?: ReadonlyMap<string, string>;
  readonly ints?: ReadonlyMap<number, string>;
}

/** Sections that are the same in many messages, encoded once. */
export class HeaderTemplate {
  readonly bytes: Uint8Array;

  constructor(fields: HeaderFields) {
    const out = new WriteBuffer(256);
    if (fields.strings !== undefined) {
      writeStringSections(out, fields.strings);
    }
    if (fields.ints !== undefined) {
      writeIntSection(out, fields.ints);
    }
    this.bytes = Uint8Array.prototype.slice.call(out.bytes, 0, out.position);
  }
}

/** Writes string pairs; the access token goes into a separate section, in front. Nothing for an empty map. */
export function writeStringSections(out: WriteBuffer, strings: ReadonlyMap<string, string>): void {
  let count = strings.size;
  const token = strings.get(ACL_TOKEN_KEY);
  if (token !== undefined) {
    count--;
    writeByte(out, InfoId.ACL_TOKEN);
    writeString(out, token);
  }
  if (count === 0) {
    return;
  }
  writeByte(out, InfoId.STRINGS);
  writeUint16(out, count);
  for (const [key, value] of strings) {
    if (key === ACL_TOKEN_KEY) {
      continue;
    }
    writeString(out, key);
    writeString(out, value);
  }
}

/** Writes integer keys with their values. Nothing for an empty map. */
export function writeIntSection(out: WriteBuffer, ints: ReadonlyMap<number, string>): void {
  if (ints.size === 0) {
    return;
  }
  writeByte(out, InfoId.INTS);
  writeUint16(out, ints.size);
  for (const [key, value] of ints) {
    writeUint16(out, key);
    writeString(out, value);
  }
}

/** Writes a section of one integer key. */
export function writeInt(out: WriteBuffer, key: number, value: string): void {
  writeByte(out, InfoId.INTS);
  writeUint16(out, 1);
  writeUint16(out, key);
  writeString(out, value);
}

function writeByte(out: WriteBuffer, value: number): void {
  out.reserve(1);
  out.bytes[out.position++] = value;
}

function writeUint16(out: WriteBuffer, value: number): void {
  if (value > 0xffff) {
    throw new EncodeError('SIZE_LIMIT', `${value} entries in a message header`);
  }
  out.reserve(2);
  out.bytes[out.position++] = value >> 8;
  out.bytes[out.position++] = value & 0xff;
}

function writeString(out: WriteBuffer, text: string): void {
  const mostBytes = text.length * 3;
  out.reserve(2 + mostBytes);
  const length = out.bytes.write(text, out.position + 2, 'utf8');
  if (length > MAX_STRING_BYTES) {
    throw new EncodeError(
      'SIZE_LIMIT',
      `a key or value of a message header has ${length} bytes, at most ${MAX_STRING_BYTES} are possible`,
    );
  }
  writeUint16(out, length);
  out.position += length;
}
