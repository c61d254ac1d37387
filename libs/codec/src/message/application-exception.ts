import type { ReadBuffer } from '../buffer/read-buffer.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import type { StructCodec } from '../definition/struct-codec.js';
import { ProtocolError } from '../errors/protocol.error.js';
import { readVarint32, writeVarint32 } from './varint.js';

/** What a message of type EXCEPTION carries: the call failed as a call. */
export interface ApplicationException {
  readonly message: string;
  /** What went wrong, as a number of Thrift or of the server's own. */
  readonly type: number;
}

const STOP = 0;
const MESSAGE_ID = 1;
const TYPE_ID = 2;
const BINARY_STRING = 11;
const BINARY_I32 = 8;
const COMPACT_STRING = 8;
const COMPACT_I32 = 5;

/**
 * Codec of the exception every Thrift implementation knows. Both fields are always written, in the order of their ids;
 * either may be missing when read and is then empty or 0.
 */
export const applicationExceptionCodec: StructCodec<ApplicationException> = {
  name: 'TApplicationException',

  writeBinary({ message, type }: ApplicationException, out: WriteBuffer): void {
    const text = Buffer.from(message, 'utf8');
    out.reserve(15 + text.length);
    const { view, bytes } = out;
    let position = out.position;
    bytes[position] = BINARY_STRING;
    view.setInt16(position + 1, MESSAGE_ID);
    view.setInt32(position + 3, text.length);
    bytes.set(text, position + 7);
    position += 7 + text.length;
    bytes[position] = BINARY_I32;
    view.setInt16(position + 1, TYPE_ID);
    view.setInt32(position + 3, type);
    bytes[position + 7] = STOP;
    out.position = position + 8;
  },

  readBinary(input: ReadBuffer): ApplicationException {
    let message = '';
    let type = 0;
    for (;;) {
      input.require(1);
      const fieldType = input.bytes[input.position++]!;
      if (fieldType === STOP) return { message, type };
      input.require(6);
      const view = input.openView();
      const id = view.getInt16(input.position);
      const value = view.getInt32(input.position + 2);
      input.position += 6;
      if (id === MESSAGE_ID && fieldType === BINARY_STRING) message = readText(input, value);
      else if (id === TYPE_ID && fieldType === BINARY_I32) type = value;
      else throw unexpectedField(id, fieldType);
    }
  },

  writeCompact({ message, type }: ApplicationException, out: WriteBuffer): void {
    const text = Buffer.from(message, 'utf8');
    out.reserve(13 + text.length);
    out.bytes[out.position++] = (MESSAGE_ID << 4) | COMPACT_STRING;
    writeVarint32(out, text.length);
    out.bytes.set(text, out.position);
    out.position += text.length;
    out.bytes[out.position++] = ((TYPE_ID - MESSAGE_ID) << 4) | COMPACT_I32;
    writeVarint32(out, (type << 1) ^ (type >> 31));
    out.bytes[out.position++] = STOP;
  },

  readCompact(input: ReadBuffer): ApplicationException {
    let message = '';
    let type = 0;
    let id = 0;
    for (;;) {
      input.require(1);
      const header = input.bytes[input.position++]!;
      if (header === STOP) return { message, type };
      const fieldType = header & 0x0f;
      id = header > 0x0f ? id + (header >> 4) : zigzag(readVarint32(input));
      if (id === MESSAGE_ID && fieldType === COMPACT_STRING) {
        message = readText(input, readVarint32(input));
      } else if (id === TYPE_ID && fieldType === COMPACT_I32) {
        type = zigzag(readVarint32(input));
      } else {
        throw unexpectedField(id, fieldType);
      }
    }
  },
};

function readText(input: ReadBuffer, length: number): string {
  if (length < 0) throw new ProtocolError('NEGATIVE_SIZE', `string has the length ${length}`);
  input.require(length);
  const start = input.position;
  input.position = start + length;
  return input.bytes.toString('utf8', start, input.position);
}

function zigzag(bits: number): number {
  return (bits >>> 1) ^ -(bits & 1);
}

function unexpectedField(id: number, type: number): ProtocolError {
  return new ProtocolError(
    'INVALID_DATA',
    `TApplicationException has the field ${id} of wire type ${type}`,
  );
}
