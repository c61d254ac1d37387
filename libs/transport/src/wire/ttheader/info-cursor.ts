import { ProtocolError } from '@nestjs-thrift/codec';
import { InfoId } from './tt-header.js';

/** Sections start behind the protocol id, or directly with string pairs as in a MeshHeader. */
export type InfoLayout = 'sections' | 'string-pairs';

const NOTHING = Buffer.alloc(0);

/** Walks the pairs of a header's info in place. After {@link InfoCursor.next} its fields tell where the pair is. */
export class InfoCursor {
  /** Section of the pair: `STRINGS`, `INTS` or `ACL_TOKEN`. */
  section = 0;
  /** Key of an `INTS` pair. */
  intKey = 0;
  /** Key of a `STRINGS` pair. */
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  #bytes: Buffer = NOTHING;
  #position = 0;
  #end = 0;
  #pairsLeft = 0;

  /**
   * Goes to the beginning of an info.
   *
   * @throws ProtocolError for string pairs that are cut off.
   */
  open(bytes: Buffer, start: number, end: number, layout: InfoLayout): this {
    this.#bytes = bytes;
    this.#position = start;
    this.#end = end;
    this.section = InfoId.STRINGS;
    this.#pairsLeft = layout === 'string-pairs' ? this.#readUint16() : 0;
    return this;
  }

  /**
   * Moves to the next pair; `false` at the end.
   *
   * @throws ProtocolError for a section of an unknown kind and for truncated info.
   */
  next(): boolean {
    while (this.#pairsLeft === 0) {
      if (this.#position >= this.#end) {
        this.close();
        return false;
      }
      this.section = this.#bytes[this.#position++]!;
      if (this.section === InfoId.STRINGS || this.section === InfoId.INTS) {
        this.#pairsLeft = this.#readUint16();
      } else if (this.section === InfoId.ACL_TOKEN) {
        this.#pairsLeft = 1;
      } else if (this.section !== InfoId.PADDING) {
        throw new ProtocolError(
          'INVALID_DATA',
          `TTHeader has an info section of the unknown kind 0x${this.section.toString(16)}`,
        );
      }
    }
    this.#pairsLeft--;
    if (this.section === InfoId.STRINGS) {
      const length = this.#readUint16();
      this.keyStart = this.#position;
      this.keyEnd = this.#advance(length);
    } else if (this.section === InfoId.INTS) {
      this.intKey = this.#readUint16();
    }
    const length = this.#readUint16();
    this.valueStart = this.#position;
    this.valueEnd = this.#advance(length);
    return true;
  }

  /** Releases the bytes: they may be those of a large message. {@link InfoCursor.next} does it at the end. */
  close(): void {
    this.#bytes = NOTHING;
  }

  #readUint16(): number {
    const start = this.#position;
    this.#advance(2);
    return (this.#bytes[start]! << 8) | this.#bytes[start + 1]!;
  }

  #advance(size: number): number {
    this.#position += size;
    if (this.#position > this.#end) {
      throw new ProtocolError('TRUNCATED', 'info of the message header is cut off');
    }
    return this.#position;
  }
}
