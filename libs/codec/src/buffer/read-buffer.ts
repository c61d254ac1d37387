import { ProtocolError } from '../errors/protocol.error.js';

/**
 * Methods that every Node Buffer has but that `@types/node` leaves out: the native code behind `toString` and `write`
 * without their checks of encoding names and ranges. All callers stay inside the buffer by their own checks.
 */
export interface NativeBuffer extends Buffer {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
  utf8Write(text: string, offset: number): number;
}

/** Nesting a message may have unless configured otherwise; the limit of Apache Thrift and Kitex. */
export const DEFAULT_MAX_DEPTH = 64;

/**
 * Bytes of memory that the value of a message may take unless configured otherwise: 128 MiB, so that a message that is
 * decoded takes less than 256 MB of heap, its strings and what is left over from decoding included.
 */
export const DEFAULT_MAX_DECODED_BYTES = 128 * 1024 * 1024;

/** A message shorter than this is not worth a separate slice in bulk mode. */
const LEAST_BULK_BYTES = 200;

/**
 * A window on received bytes that messages are decoded from, in place. Its fields are public because generated code
 * reads through them. No decoder reads at or beyond {@link ReadBuffer.end}.
 */
export class ReadBuffer {
  readonly #maxDepth: number;
  readonly #slicedStrings: boolean;

  bytes: Buffer;
  /** A view of the same memory as `bytes`, made on first use: most small messages need none. */
  view: DataView | undefined;
  /** Where the next byte comes from. */
  position: number;
  /** One past the last byte of the message. */
  end: number;
  /** Structs and containers that may still be entered. */
  depth: number;
  /** Bytes of memory that the rest of the message may take once decoded; see `maxDecodedBytes`. */
  budget: number;
  /** All bytes of the message as latin1, from {@link ReadBuffer.textStart} on, when strings are to be parts of it. */
  text: string | undefined;
  textStart = 0;

  /**
   * @param maxDepth nesting a message may have.
   * @param slicedStrings turns the message into one string and takes its ASCII strings as parts of that: faster for messages
   *   with many strings, but a string of 13 or more characters then keeps the text of its whole message in memory.
   * @param maxDecodedBytes bytes of memory that objects, containers, strings and big numbers of a message may take, by a
   *   conservative estimate; the text of strings is not counted, because the message bounds it.
   */
  constructor(
    bytes: Buffer,
    position = 0,
    end = bytes.length,
    maxDepth = DEFAULT_MAX_DEPTH,
    slicedStrings = false,
    readonly maxDecodedBytes = DEFAULT_MAX_DECODED_BYTES,
  ) {
    this.#maxDepth = maxDepth;
    this.#slicedStrings = slicedStrings;
    this.bytes = bytes;
    this.position = position;
    this.end = end;
    this.depth = maxDepth;
    this.budget = maxDecodedBytes;
    this.text = undefined;
    this.#openText();
  }

  /** Points at other bytes; keeps the view when they are the same buffer. */
  reset(bytes: Buffer, position: number, end: number): void {
    if (this.bytes !== bytes) {
      this.bytes = bytes;
      this.view = undefined;
    }
    this.position = position;
    this.end = end;
    this.depth = this.#maxDepth;
    this.budget = this.maxDecodedBytes;
    this.#openText();
  }

  /** The view, made if it is not there yet. */
  openView(): DataView {
    return (this.view ??= new DataView(
      this.bytes.buffer,
      this.bytes.byteOffset,
      this.bytes.byteLength,
    ));
  }

  /** Bytes left in the message. */
  get remaining(): number {
    return this.end - this.position;
  }

  /** Throws {@link ProtocolError} `TRUNCATED` unless `size` more bytes are there. */
  require(size: number): void {
    if (this.end - this.position < size) {
      throw new ProtocolError(
        'TRUNCATED',
        `message ends after ${this.end - this.position} of ${size} bytes needed`,
      );
    }
  }

  /**
   * Takes the memory of a value from what the message may have.
   *
   * @param where path of the value, for the error.
   * @throws ProtocolError `DECODE_LIMIT` when the message would take more than {@link ReadBuffer.maxDecodedBytes}.
   */
  takeMemory(bytes: number, where: string): void {
    this.budget -= bytes;
    if (this.budget < 0) {
      throw this.tooLarge(where);
    }
  }

  /** The error for a value that the {@link ReadBuffer.budget} is not enough for. */
  tooLarge(where: string): ProtocolError {
    return new ProtocolError(
      'DECODE_LIMIT',
      `${where}: the message would take more than ${this.maxDecodedBytes} bytes of memory once decoded; raise maxDecodedBytes if messages of this size are expected`,
    );
  }

  #openText(): void {
    if (!this.#slicedStrings) {
      return;
    }
    const { position, end } = this;
    this.text =
      end - position < LEAST_BULK_BYTES
        ? undefined
        : (this.bytes as NativeBuffer).latin1Slice(position, end);
    this.textStart = position;
  }
}
