import { ProtocolError } from '@nestjs-thrift/codec';
import { PartialMessage } from '../framing/partial-message.js';
import { LENGTH_BYTES } from '../framing/message-meter.js';
import { readUint32 } from '../framing/sniff.js';
import { HeaderInfo } from '../ttheader/header-info.js';
import { IntKey } from '../ttheader/header-keys.js';
import { FIXED_HEADER_BYTES, FLAG_STREAMING, TT_HEADER_MAGIC } from '../ttheader/tt-header.js';
import { DataHeaders } from './data-headers.js';
import { FrameType, type FrameTypeNumber, type StreamFrame } from './stream-frame.js';

/** Longest frame whose payload is skipped instead of closing the connection. */
const MAX_SKIPPED_BYTES = 2 ** 30;
const NOTHING = Buffer.alloc(0);

/**
 * Cuts what a socket delivers into frames of streams: `push` every chunk, then take frames with `next` until there is none.
 * Frames inside one chunk are read where they lie.
 */
export class StreamFrameReader {
  readonly #maxFrameBytes: number;
  readonly #partial = new PartialMessage();
  readonly #dataHeaders = new DataHeaders();
  #chunk: Buffer = NOTHING;
  #position = 0;
  /** Bytes left of the payload of a frame that is too large. */
  #skipping = 0;

  /** @param maxFrameBytes largest frame accepted, without its length field. */
  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Takes over the next bytes of the stream, all earlier ones having been read; they must not change afterwards. */
  push(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#position = 0;
  }

  /** Whether the beginning of a frame is there, after {@link StreamFrameReader.next} gave none. */
  get hasBytes(): boolean {
    return this.#skipping > 0 || this.#partial.length > 0;
  }

  /** Memory taken for a frame that has not come in full, in bytes. */
  get heldBytes(): number {
    return this.#partial.bytes.length;
  }

  /** Forgets all bytes: what has been closed must not keep the memory of an unfinished frame for as long as it is referred to. */
  discard(): void {
    this.#partial.release();
    this.#skipping = 0;
    this.#release();
  }

  /** Releases the bytes that have been read. */
  #release(): void {
    this.#chunk = NOTHING;
    this.#position = 0;
  }

  /**
   * The next complete frame, or `undefined` until more bytes come.
   *
   * @throws ProtocolError when something else comes; nothing can be read from the connection afterwards.
   */
  next(): StreamFrame | undefined {
    while (this.#position < this.#chunk.length) {
      if (this.#skipping > 0) {
        this.#skip();
        continue;
      }
      const frame = this.#partial.length === 0 ? this.#takeInPlace() : this.#takePartial();
      if (frame !== undefined) {
        return frame;
      }
    }
    this.#release();
    return undefined;
  }

  #takeInPlace(): StreamFrame | undefined {
    const chunk = this.#chunk;
    const start = this.#position;
    const needed = this.#bytesNeeded(chunk, start, chunk.length - start);
    if (needed > chunk.length - start) {
      this.#partial.append(chunk, start, chunk.length);
      this.#position = chunk.length;
      return undefined;
    }
    this.#position = start + needed;
    return this.#open(chunk, start, start + needed);
  }

  #takePartial(): StreamFrame | undefined {
    const partial = this.#partial;
    for (;;) {
      const needed = this.#bytesNeeded(partial.bytes, 0, partial.length);
      if (needed <= partial.length) {
        const { bytes } = partial;
        partial.release();
        return this.#open(bytes, 0, needed);
      }
      const available = this.#chunk.length - this.#position;
      if (available === 0) {
        return undefined;
      }
      const end = this.#position + Math.min(needed - partial.length, available);
      partial.append(this.#chunk, this.#position, end);
      this.#position = end;
    }
  }

  /** How many bytes must be there before something can be done: more is known the more of them are. */
  #bytesNeeded(bytes: Buffer, start: number, available: number): number {
    if (available < FIXED_HEADER_BYTES) {
      return FIXED_HEADER_BYTES;
    }
    const length = readUint32(bytes, start);
    const word = readUint32(bytes, start + 4);
    if (word >>> 16 !== TT_HEADER_MAGIC || (word & FLAG_STREAMING) === 0) {
      throw new ProtocolError('BAD_VERSION', 'no frame of a stream on a connection of streams');
    }
    const headerBytes = FIXED_HEADER_BYTES + 4 * (readUint32(bytes, start + 10) & 0xffff);
    if (length + LENGTH_BYTES < headerBytes) {
      throw new ProtocolError(
        'INVALID_DATA',
        `stream frame of ${length} bytes with a header of ${headerBytes - LENGTH_BYTES}`,
      );
    }
    if (length > MAX_SKIPPED_BYTES) {
      throw new ProtocolError(
        'SIZE_LIMIT',
        `stream frame of ${length} bytes, at most ${this.#maxFrameBytes} are accepted`,
      );
    }
    return length > this.#maxFrameBytes ? headerBytes : length + LENGTH_BYTES;
  }

  #open(bytes: Buffer, start: number, end: number): StreamFrame {
    const infoStart = start + FIXED_HEADER_BYTES;
    const payloadStart = infoStart + 4 * (readUint32(bytes, start + 10) & 0xffff);
    let type: FrameTypeNumber = FrameType.DATA;
    let info = this.#dataHeaders.find(bytes, infoStart, payloadStart);
    if (info === undefined) {
      info = HeaderInfo.ofTTHeader(bytes, infoStart, payloadStart);
      type = frameType(info.int(IntKey.FRAME_TYPE));
      if (type === FrameType.DATA) {
        this.#dataHeaders.remember(bytes, infoStart, payloadStart);
      }
    }
    const wireBytes = LENGTH_BYTES + readUint32(bytes, start);
    this.#skipping = wireBytes - (end - start);
    return {
      type,
      streamId: readUint32(bytes, start + 8) | 0,
      info,
      bytes,
      payloadStart,
      payloadEnd: end,
      wireBytes,
      tooLarge: this.#skipping > 0,
    };
  }

  #skip(): void {
    const skipped = Math.min(this.#skipping, this.#chunk.length - this.#position);
    this.#skipping -= skipped;
    this.#position += skipped;
  }
}

function frameType(text: string | undefined): FrameTypeNumber {
  const type = text?.length === 1 ? text.charCodeAt(0) - 0x30 : 0;
  if (type < FrameType.META || type > FrameType.RST) {
    throw new ProtocolError('INVALID_DATA', 'stream frame of an unknown type');
  }
  return type as FrameTypeNumber;
}
