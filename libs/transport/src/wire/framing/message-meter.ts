import { nameForeignBytes } from './foreign-bytes.js';
import { ProtocolError } from '@nestjs-thrift/codec';
import type { MessageScanner } from '@nestjs-thrift/codec/wire';
import {
  canSniff,
  PAYLOADS,
  readUint32,
  sniff,
  SNIFF_BYTES,
  Sniffed,
  sniffPayload,
} from './sniff.js';

/** Bytes of the length in front of a frame. */
export const LENGTH_BYTES = 4;

/** Largest frame whose bytes are skipped instead of closing the connection; text read as a length is larger. */
const MAX_SKIPPED_BYTES = 2 ** 30;

/** Finds out how long the message at the head of a stream is. */
export class MessageMeter {
  readonly #maxFrameBytes: number;

  /** Scanners of the payloads that have come without a length, by their numbers in {@link Sniffed}. */
  readonly #scanners: (MessageScanner | undefined)[] = PAYLOADS.map(() => undefined);
  /** What looks for the end of the message being received, if no length stands in front of it. */
  #scanner: MessageScanner | undefined;
  /** Whether the message measured last is larger than this side accepts. */
  tooLarge = false;
  /** What the message measured last begins with, by its number in {@link Sniffed}; known once its size is. */
  sniffed = 0;
  /** Bytes of a MeshHeader before the message being scanned. */
  #scanOffset = 0;

  /** @param maxFrameBytes largest message accepted, without its length field. */
  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /**
   * The size of the message whose bytes `start` to `end` are there: the message is complete if that many are. Until it
   * is known, a number of bytes without which it cannot be known, or `Infinity`.
   *
   * @throws ProtocolError for bytes that begin no message, or one that is too large.
   */
  measure(bytes: Buffer, start: number, end: number): number {
    this.tooLarge = false;
    if (this.#scanner !== undefined) {
      return this.#scan(this.#scanner, bytes, start, end);
    }
    if (!canSniff(bytes, start, end)) {
      if (end - start >= LENGTH_BYTES) {
        this.#checkFirstWord(bytes, start, end);
      }
      return SNIFF_BYTES;
    }
    const sniffed = sniff(bytes, start);
    this.sniffed = sniffed;
    if (sniffed === Sniffed.TTHEADER) {
      return this.#frame(bytes, start);
    }
    if (sniffed !== Sniffed.MESH_HEADER) {
      return this.#payload(sniffed, 0, bytes, start, end);
    }
    const headerBytes = LENGTH_BYTES + (readUint32(bytes, start) & 0xffff);
    if (!canSniff(bytes, start + headerBytes, end)) {
      return headerBytes + SNIFF_BYTES;
    }
    const inner = sniffPayload(bytes, start + headerBytes);
    return this.#payload(inner, headerBytes, bytes, start, end);
  }

  #payload(
    sniffed: number,
    headerBytes: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): number {
    const { framing, protocol } = PAYLOADS[sniffed]!;
    if (framing.hasLength) {
      return headerBytes + this.#frame(bytes, start + headerBytes);
    }
    this.#scanner = this.#scanners[sniffed] ??= protocol.createScanner(this.#maxFrameBytes);
    this.#scanOffset = headerBytes;
    return this.#scan(this.#scanner, bytes, start, end);
  }

  #scan(scanner: MessageScanner, bytes: Buffer, start: number, end: number): number {
    const size = scanner.scan(bytes, start + this.#scanOffset, end);
    if (size === -1) {
      return Infinity;
    }
    this.#scanner = undefined;
    return this.#scanOffset + size;
  }

  #frame(bytes: Buffer, start: number): number {
    const length = readUint32(bytes, start);
    this.#checkLength(length);
    this.tooLarge = length > this.#maxFrameBytes;
    return LENGTH_BYTES + length;
  }

  /**
   * Refuses what is certain after four bytes, for a peer that sends nothing else would wait for ever: all but versions
   * and magic numbers must be a length.
   */
  #checkFirstWord(bytes: Buffer, start: number, end: number): void {
    const word = readUint32(bytes, start);
    const half = word >>> 16;
    if (half !== 0x8001 && half !== 0xffaf && word >>> 24 !== 0x82) {
      const foreign = word > MAX_SKIPPED_BYTES ? nameForeignBytes(bytes, start, end) : undefined;
      if (foreign !== undefined) {
        throw new ProtocolError('BAD_VERSION', foreign);
      }
      this.#checkLength(word);
    }
  }

  #checkLength(length: number): void {
    if (length === 0) {
      throw new ProtocolError('INVALID_DATA', 'empty frame');
    }
    // What is larger is skipped, and its sender learns why: but only up to a length that can be meant.
    if (length > MAX_SKIPPED_BYTES) {
      throw new ProtocolError(
        'SIZE_LIMIT',
        `frame of ${length} bytes, at most ${this.#maxFrameBytes} are accepted; does the peer use Thrift?`,
      );
    }
  }
}
