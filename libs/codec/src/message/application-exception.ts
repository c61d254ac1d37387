import type { ReadBuffer } from '../buffer/read-buffer.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import type { StructCodec } from '../definition/service-definition.js';
import { readLengthOfBytes } from '../runtime/binary-containers.js';
import { readCompactLength } from '../runtime/compact-containers.js';
import { putI32, readI32 } from '../runtime/numbers.js';
import { skipBinary } from '../runtime/skip-binary.js';
import { skipCompact } from '../runtime/skip-compact.js';
import { putBinaryString, putCompactString, readString } from '../runtime/strings.js';
import { putVarint, readZigzag } from '../runtime/varints.js';
import { BINARY_TYPES } from '../runtime/binary-types.js';
import { COMPACT_TYPES } from '../runtime/compact-types.js';

/** What a message of type EXCEPTION carries: the call failed as a call. */
export interface ApplicationException {
  readonly message: string;
  /** What went wrong, as a number of Thrift or of the server's own. */
  readonly type: number;
}

const MESSAGE_ID = 1;
const TYPE_ID = 2;

/**
 * Codec of the exception every Thrift implementation knows. Both fields are always written, in the order of their ids;
 * either may be missing when read and is then empty or 0.
 */
export const applicationExceptionCodec: StructCodec<ApplicationException> = {
  name: 'TApplicationException',

  writeBinary({ message, type }: ApplicationException, out: WriteBuffer): void {
    out.reserve(3);
    let p = out.position;
    p = putBinaryField(out.bytes, p, BINARY_TYPES.string, MESSAGE_ID);
    p = putBinaryString(out, p, message, 8);
    p = putBinaryField(out.bytes, p, BINARY_TYPES.i32, TYPE_ID);
    putI32(out.bytes, p, type);
    out.bytes[p + 4] = 0;
    out.position = p + 5;
  },

  readBinary(input: ReadBuffer): ApplicationException {
    const { bytes, end } = input;
    let message = '';
    let type = 0;
    for (;;) {
      input.require(1);
      const fieldType = bytes[input.position++]!;
      if (fieldType === 0) {
        return { message, type };
      }
      input.require(2);
      const id = (bytes[input.position]! << 8) | bytes[input.position + 1]!;
      const p = input.position + 2;
      input.position = skipBinary(bytes, p, end, fieldType, input.depth);
      if (id === MESSAGE_ID && fieldType === BINARY_TYPES.string) {
        message = readString(input, p + 4, readLengthOfBytes(bytes, p, end));
      } else if (id === TYPE_ID && fieldType === BINARY_TYPES.i32) {
        type = readI32(bytes, p);
      }
    }
  },

  writeCompact({ message, type }: ApplicationException, out: WriteBuffer): void {
    out.reserve(1);
    let p = out.position;
    out.bytes[p] = (MESSAGE_ID << 4) | COMPACT_TYPES.string;
    p = putCompactString(out, p + 1, message, 7);
    out.bytes[p] = ((TYPE_ID - MESSAGE_ID) << 4) | COMPACT_TYPES.i32;
    p = putVarint(out.bytes, p + 1, (type << 1) ^ (type >> 31));
    out.bytes[p] = 0;
    out.position = p + 1;
  },

  readCompact(input: ReadBuffer): ApplicationException {
    let message = '';
    let type = 0;
    let id = 0;
    for (;;) {
      input.require(1);
      const header = input.bytes[input.position++]!;
      if (header === 0) {
        return { message, type };
      }
      const fieldType = header & 0x0f;
      id = header > 0x0f ? id + (header >> 4) : readZigzag(input);
      if (id === MESSAGE_ID && fieldType === COMPACT_TYPES.string) {
        const length = readCompactLength(input);
        message = readString(input, input.position, length);
        input.position += length;
      } else if (id === TYPE_ID && fieldType === COMPACT_TYPES.i32) {
        type = readZigzag(input);
      } else {
        skipCompact(input, fieldType, input.depth);
      }
    }
  },
};

function putBinaryField(bytes: Uint8Array, p: number, type: number, id: number): number {
  bytes[p] = type;
  bytes[p + 1] = id >> 8;
  bytes[p + 2] = id;
  return p + 3;
}
