import { ProtocolError } from '../errors/protocol.error.js';
import { readI32 } from '../runtime/numbers.js';
import { BINARY_TYPES as TYPES } from '../runtime/binary-types.js';
import { INCOMPLETE, MessageScanner } from './message-scanner.js';

/** Bytes a value of each type takes; 0 for types without a fixed size and numbers that are not a type. */
const FIXED_SIZES = new Uint8Array(256);
FIXED_SIZES.set([0, 0, 1, 1, 8, 0, 2, 0, 4, 0, 8, 0, 0, 0, 0, 0, 16]);

/** Finds the end of a Binary message, strict or old-style. */
export class BinaryScanner extends MessageScanner {
  protected override walkEnvelope(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start < 4) {
      return false;
    }
    const first = readI32(bytes, start);
    if (first >= 0) {
      // Old style: name, type, sequence id.
      this.advance(4 + first + 5);
    } else {
      if (end - start < 8) {
        return false;
      }
      this.advance(8 + readSize(bytes, start + 4) + 4);
    }
    return true;
  }

  protected override walkField(bytes: Uint8Array, position: number, end: number): number {
    const type = bytes[position]!;
    if (type === 0) {
      this.advance(1);
      this.stack.leave();
      return 0;
    }
    if (end - position < 3) {
      return INCOMPLETE;
    }
    this.advance(3);
    return type;
  }

  protected override walkValue(
    type: number,
    bytes: Uint8Array,
    position: number,
    end: number,
  ): boolean {
    const fixedSize = FIXED_SIZES[type]!;
    if (fixedSize !== 0) {
      return this.advance(fixedSize);
    }
    switch (type) {
      case TYPES.string:
        if (end - position < 4) {
          return false;
        }
        return this.advance(4 + readSize(bytes, position));
      case TYPES.struct:
        this.stack.enterStruct();
        return true;
      case TYPES.set:
      case TYPES.list:
        if (end - position < 5) {
          return false;
        }
        this.advance(5);
        this.#walkElements(bytes[position]!, readSize(bytes, position + 1));
        return true;
      case TYPES.map:
        if (end - position < 6) {
          return false;
        }
        this.advance(6);
        this.#walkEntries(bytes[position]!, bytes[position + 1]!, readSize(bytes, position + 2));
        return true;
      default:
        return this.invalidType(type);
    }
  }

  #walkElements(type: number, count: number): void {
    const fixedSize = FIXED_SIZES[type]!;
    if (fixedSize !== 0) {
      this.advance(fixedSize * count);
    } else {
      this.enterContainer(type, type, count);
    }
  }

  #walkEntries(keyType: number, valueType: number, count: number): void {
    const keySize = FIXED_SIZES[keyType]!;
    const valueSize = FIXED_SIZES[valueType]!;
    if (keySize !== 0 && valueSize !== 0) {
      this.advance((keySize + valueSize) * count);
    } else {
      this.enterContainer(keyType, valueType, 2 * count);
    }
  }
}

function readSize(bytes: Uint8Array, position: number): number {
  const size = readI32(bytes, position);
  if (size < 0) {
    throw new ProtocolError('NEGATIVE_SIZE', `a value has the size ${size}`);
  }
  return size;
}
