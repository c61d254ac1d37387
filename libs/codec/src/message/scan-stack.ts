import { DEFAULT_MAX_DEPTH } from '../buffer/read-buffer.js';
import { ProtocolError } from '../errors/protocol.error.js';

/** The struct that every message is, and the levels that may be nested in it. */
const MAX_LEVELS = DEFAULT_MAX_DEPTH + 1;

/** Values still expected on every open level of a message: an endless run of fields in a struct, counted ones in a container. */
export class ScanStack {
  /** Open levels; 0 when the message is complete. */
  levels = 0;
  readonly #firstTypes = new Uint8Array(MAX_LEVELS);
  readonly #secondTypes = new Uint8Array(MAX_LEVELS);
  /** -1 for a struct. */
  readonly #left = new Int32Array(MAX_LEVELS);

  enterStruct(): void {
    this.#push(0, 0, -1);
  }

  /** @param count values to come; those of a map alternate between both types. */
  enterContainer(firstType: number, secondType: number, count: number): void {
    if (count > 0) {
      this.#push(firstType, secondType, count);
    }
  }

  /** Whether the innermost level is a struct. */
  get inStruct(): boolean {
    return this.#left[this.levels - 1] === -1;
  }

  /** Type of the next value of the innermost container; leaves the level with its last value. */
  nextElementType(): number {
    const level = this.levels - 1;
    const left = this.#left[level]!;
    const type = (left & 1) === 0 ? this.#firstTypes[level]! : this.#secondTypes[level]!;
    this.#left[level] = left - 1;
    if (left === 1) {
      this.levels = level;
    }
    return type;
  }

  leave(): void {
    this.levels--;
  }

  #push(firstType: number, secondType: number, count: number): void {
    if (this.levels === MAX_LEVELS) {
      throw new ProtocolError(
        'DEPTH_LIMIT',
        `message nests deeper than ${DEFAULT_MAX_DEPTH} levels`,
      );
    }
    this.#firstTypes[this.levels] = firstType;
    this.#secondTypes[this.levels] = secondType;
    this.#left[this.levels] = count;
    this.levels++;
  }
}
