import { ProtocolError } from '../errors/protocol.error.js';
import { COMPACT_FALSE, COMPACT_TYPES as TYPES } from '../runtime/compact-types.js';
import { INCOMPLETE, MessageScanner } from './message-scanner.js';

/** Bytes a value of each type takes inside a container; 0 for types without a fixed size and numbers that are not a type. */
const FIXED_SIZES = new Uint8Array([0, 1, 1, 1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 16, 0, 0]);
const MAX_VARINT_BYTES = 10;

/** Finds the end of a Compact message. */
export class CompactScanner extends MessageScanner {
  protected override walkEnvelope(bytes: Uint8Array, start: number, end: number): boolean {
    const idSize = varintSize(bytes, start + 2, end);
    if (idSize === INCOMPLETE) {
      return false;
    }
    const lengthSize = varintSize(bytes, start + 2 + idSize, end);
    if (lengthSize === INCOMPLETE) {
      return false;
    }
    return this.advance(2 + idSize + lengthSize + readSize(bytes, start + 2 + idSize));
  }

  protected override walkField(bytes: Uint8Array, position: number, end: number): number {
    const header = bytes[position]!;
    if (header === 0) {
      this.advance(1);
      this.stack.leave();
      return 0;
    }
    // The upper half is the distance to the last field id; 0 means that the id follows.
    const idSize = header > 0x0f ? 0 : varintSize(bytes, position + 1, end);
    if (idSize === INCOMPLETE) {
      return INCOMPLETE;
    }
    this.advance(1 + idSize);
    const type = header & 0x0f;
    if (type === 0) {
      this.invalidType(type);
    }
    // A bool is its own field header.
    return type === TYPES.bool || type === COMPACT_FALSE ? 0 : type;
  }

  protected override walkValue(
    type: number,
    bytes: Uint8Array,
    position: number,
    end: number,
  ): boolean {
    if (type >= TYPES.i16 && type <= TYPES.i64) {
      const size = varintSize(bytes, position, end);
      return size !== INCOMPLETE && this.advance(size);
    }
    switch (type) {
      case TYPES.bool:
      case COMPACT_FALSE:
      case TYPES.i8:
      case TYPES.double:
      case TYPES.uuid:
        return this.advance(FIXED_SIZES[type]!);
      case TYPES.string: {
        const size = varintSize(bytes, position, end);
        return size !== INCOMPLETE && this.advance(size + readSize(bytes, position));
      }
      case TYPES.list:
      case TYPES.set:
        return this.#walkList(bytes, position, end);
      case TYPES.map:
        return this.#walkMap(bytes, position, end);
      case TYPES.struct:
        this.stack.enterStruct();
        return true;
      default:
        return this.invalidType(type);
    }
  }

  #walkList(bytes: Uint8Array, position: number, end: number): boolean {
    const header = bytes[position]!;
    const type = header & 0x0f;
    let count = header >> 4;
    if (count === 15) {
      const size = varintSize(bytes, position + 1, end);
      if (size === INCOMPLETE) {
        return false;
      }
      count = readSize(bytes, position + 1);
      this.advance(size);
    }
    this.advance(1);
    const fixedSize = FIXED_SIZES[type]!;
    if (fixedSize !== 0) {
      this.advance(fixedSize * count);
    } else {
      this.enterContainer(type, type, count);
    }
    return true;
  }

  #walkMap(bytes: Uint8Array, position: number, end: number): boolean {
    const size = varintSize(bytes, position, end);
    if (size === INCOMPLETE) {
      return false;
    }
    const count = readSize(bytes, position);
    // An empty map has no types.
    if (count === 0) {
      return this.advance(size);
    }
    if (position + size >= end) {
      return false;
    }
    const types = bytes[position + size]!;
    this.advance(size + 1);
    const keySize = FIXED_SIZES[types >> 4]!;
    const valueSize = FIXED_SIZES[types & 0x0f]!;
    if (keySize !== 0 && valueSize !== 0) {
      this.advance((keySize + valueSize) * count);
    } else {
      this.enterContainer(types >> 4, types & 0x0f, 2 * count);
    }
    return true;
  }
}

/** Bytes of the varint at `position`, or `INCOMPLETE`. */
function varintSize(bytes: Uint8Array, position: number, end: number): number {
  for (let size = 1; position + size <= end; size++) {
    if (bytes[position + size - 1]! < 0x80) {
      return size;
    }
    if (size === MAX_VARINT_BYTES) {
      throw new ProtocolError('INVALID_DATA', `a varint has more than ${MAX_VARINT_BYTES} bytes`);
    }
  }
  return INCOMPLETE;
}

/** The varint at `position`, which is there in full, as a size. */
function readSize(bytes: Uint8Array, position: number): number {
  let size = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[position++]!;
    size |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      if (size < 0) {
        throw new ProtocolError('NEGATIVE_SIZE', `a value has the size ${size}`);
      }
      return size;
    }
  }
  throw new ProtocolError('INVALID_DATA', 'a size has more than five bytes');
}
