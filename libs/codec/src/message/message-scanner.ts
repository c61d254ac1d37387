import { ProtocolError } from '../errors/protocol.error.js';
import { ScanStack } from './scan-stack.js';

/**
 * Finds where a message without a length in front of it ends, by walking its structure without decoding it. It stops
 * where the bytes end and goes on from there when more have come, so that a message is walked once however it is cut.
 */
export abstract class MessageScanner {
  /** Levels still open; a struct is on it from the end of the envelope to the end of the message. */
  protected readonly stack = new ScanStack();
  /** Bytes of the message walked so far, from its start. May lie beyond what has arrived. */
  protected offset = 0;
  /** Type of a value whose own header has not arrived in full; 0 if none. */
  #pendingType = 0;
  #envelopeRead = false;
  readonly #maxBytes: number;

  /** @param maxBytes largest message accepted. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Walks on through the message that starts at `start`, of which the bytes before `end` are there. They may have
   * moved to other memory since the last call, but must be the same.
   *
   * @returns the length of the message, or -1 when more bytes are needed.
   * @throws ProtocolError for bytes that are not a message, or a message that is too large or nested too deeply. After a length
   *   or an error the scanner is ready for the next message.
   */
  scan(bytes: Uint8Array, start: number, end: number): number {
    try {
      if (!this.#walk(bytes, start, end)) {
        return -1;
      }
    } catch (error) {
      this.#reset();
      throw error;
    }
    const length = this.offset;
    this.#reset();
    return length;
  }

  #walk(bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.#envelopeRead) {
      if (!this.walkEnvelope(bytes, start, end)) {
        return false;
      }
      this.#envelopeRead = true;
      this.stack.enterStruct();
    }
    while (this.#pendingType !== 0 || this.stack.levels > 0) {
      if (start + this.offset >= end) {
        return false;
      }
      if (this.#pendingType === 0) {
        if (this.stack.inStruct) {
          const type = this.walkField(bytes, start + this.offset, end);
          if (type === INCOMPLETE) {
            return false;
          }
          this.#pendingType = type;
          continue;
        }
        this.#pendingType = this.stack.nextElementType();
        if (this.#pendingType === 0) {
          this.invalidType(0);
        }
      }
      if (!this.walkValue(this.#pendingType, bytes, start + this.offset, end)) {
        return false;
      }
      this.#pendingType = 0;
    }
    return start + this.offset <= end;
  }

  /** Walks everything in front of the struct in one go; `false` when it has not arrived in full. */
  protected abstract walkEnvelope(bytes: Uint8Array, start: number, end: number): boolean;

  /**
   * Walks a field header. Returns the type of its value, 0 when there is nothing more to walk in this field, or
   * `INCOMPLETE`.
   */
  protected abstract walkField(bytes: Uint8Array, position: number, end: number): number;

  /** Walks a value, or only its header when it contains others; `false` when that has not arrived in full. */
  protected abstract walkValue(
    type: number,
    bytes: Uint8Array,
    position: number,
    end: number,
  ): boolean;

  /** Walks over `size` bytes, which need not have arrived. */
  protected advance(size: number): true {
    this.offset += size;
    if (this.offset > this.#maxBytes) {
      throw new ProtocolError('SIZE_LIMIT', `message is larger than ${this.#maxBytes} bytes`);
    }
    return true;
  }

  /** Enters a container of `count` entries: no entry is smaller than a byte, so a count has a bound too. */
  protected enterContainer(firstType: number, secondType: number, count: number): void {
    if (count > this.#maxBytes - this.offset) {
      throw new ProtocolError('SIZE_LIMIT', `container of ${count} entries in a message`);
    }
    this.stack.enterContainer(firstType, secondType, count);
  }

  protected invalidType(type: number): never {
    throw new ProtocolError('INVALID_DATA', `unknown wire type ${type}`);
  }

  #reset(): void {
    this.stack.levels = 0;
    this.offset = 0;
    this.#pendingType = 0;
    this.#envelopeRead = false;
  }
}

/** Answer of {@link MessageScanner.walkField} when the field header has not arrived in full. */
export const INCOMPLETE = -1;
