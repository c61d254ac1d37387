import { ProtocolError } from '@nestjs-thrift/codec';
import { MessageMeter } from './framing/message-meter.js';
import { openMessage } from './framing/open-message.js';
import { PartialMessage } from './framing/partial-message.js';
import { ReceivedMessage } from './received-message.js';
import { canSniff, sniff } from './framing/sniff.js';

/** Bytes a message may have unless configured otherwise. */
export const DEFAULT_MAX_FRAME_BYTES = 16 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);
/** Bytes in which the envelope of a message must be: the largest TTHeader, and room for a name. */
const MAX_ENVELOPE_BYTES = 512 * 1024;

/**
 * Cuts what a socket delivers into messages: `push` every chunk, then take messages with `next` until there is none.
 * A message inside one chunk is read where it lies; one that comes in pieces is put together first. Every message may
 * be wrapped and encoded differently.
 */
export class MessageReader {
  readonly #meter: MessageMeter;
  readonly #message: ReceivedMessage;
  readonly #partial = new PartialMessage();
  /** Chunk being read, and where its next message begins. */
  #chunk: Buffer = NOTHING;
  #position = 0;
  /** Bytes left of a message that is too large to be read. */
  #skipping = 0;
  /** Chunks that came while messages of an earlier one were still to be taken. */
  readonly #laterChunks: Buffer[] = [];

  /**
   * @param maxFrameBytes largest message accepted, without its length field; 1 byte to 1 GiB.
   * @param slicedStrings see ReadBuffer.
   * @param maxDecodedBytes see ReadBuffer.
   */
  constructor(
    maxFrameBytes = DEFAULT_MAX_FRAME_BYTES,
    slicedStrings = false,
    maxDecodedBytes?: number,
  ) {
    this.#meter = new MessageMeter(maxFrameBytes);
    this.#message = new ReceivedMessage(slicedStrings, maxDecodedBytes);
  }

  /** Takes over the next bytes of the stream; they must not change afterwards. */
  push(chunk: Buffer): void {
    if (this.#position < this.#chunk.length) {
      this.#laterChunks.push(chunk);
    } else {
      this.#chunk = chunk;
      this.#position = 0;
    }
  }

  /** Memory taken for a message that has not come in full, in bytes. */
  get heldBytes(): number {
    return this.#partial.bytes.length;
  }

  /**
   * Whether bytes are there that have not become a message. After {@link MessageReader.next} gave none, they are the
   * beginning of one.
   */
  get hasBytes(): boolean {
    return this.#skipping > 0 || this.#partial.length > 0 || this.#position < this.#chunk.length;
  }

  /**
   * The next complete message, or `undefined` until more bytes come. It is valid until the next call. Of a message beyond
   * `maxFrameBytes` whose length is known comes the envelope, {@link ReceivedMessage.tooLarge}; its bytes are skipped.
   *
   * @throws ProtocolError when the stream carries something else; nothing can be read from it afterwards.
   */
  next(): ReceivedMessage | undefined {
    while (this.#position < this.#chunk.length || this.#nextChunk()) {
      if (this.#skipping > 0) {
        this.#skip();
        continue;
      }
      const complete = this.#partial.length === 0 ? this.#takeInPlace() : this.#takePartial();
      if (complete) {
        return this.#message;
      }
    }
    this.#release();
    return undefined;
  }

  /** Gives away all bytes that have not become a message. */
  takeUnread(): Buffer {
    const { bytes, length } = this.#partial;
    const rest = this.#chunk.subarray(this.#position);
    const unread = Buffer.concat([bytes.subarray(0, length), rest, ...this.#laterChunks]);
    this.discard();
    return unread;
  }

  /** Forgets all bytes: what has been closed must not keep the memory of an unfinished message for as long as it is referred to. */
  discard(): void {
    this.#partial.release();
    this.#laterChunks.length = 0;
    this.#skipping = 0;
    this.#release();
  }

  /** Releases the bytes that have been read: a connection may be idle for hours after a large message. */
  #release(): void {
    this.#chunk = NOTHING;
    this.#position = 0;
    this.#message.input.reset(NOTHING, 0, 0);
    this.#message.info = undefined;
  }

  /** The envelope of a message of which only a part has come, for telling its sender; `undefined` if it has not. */
  partialEnvelope(): ReceivedMessage | undefined {
    const { bytes, length } = this.#partial;
    if (!canSniff(bytes, 0, length)) {
      return undefined;
    }
    try {
      openMessage(this.#message, bytes, 0, length, sniff(bytes, 0), false);
      return this.#message;
    } catch {
      return undefined;
    }
  }

  #nextChunk(): boolean {
    const chunk = this.#laterChunks.shift();
    if (chunk === undefined) {
      return false;
    }
    this.#chunk = chunk;
    this.#position = 0;
    return true;
  }

  #takeInPlace(): boolean {
    const chunk = this.#chunk;
    const position = this.#position;
    const size = this.#meter.measure(chunk, position, chunk.length);
    if (this.#meter.tooLarge) {
      return this.#takeEnvelope(size);
    }
    const end = position + size;
    if (end > chunk.length) {
      this.#partial.append(chunk, position, chunk.length);
      this.#position = chunk.length;
      return false;
    }
    this.#position = end;
    openMessage(this.#message, chunk, position, end, this.#meter.sniffed, true);
    return true;
  }

  #takePartial(): boolean {
    const partial = this.#partial;
    const chunk = this.#chunk;
    const meter = this.#meter;
    let size = meter.measure(partial.bytes, 0, partial.length);
    while (!meter.tooLarge && size > partial.length && this.#position < chunk.length) {
      const end = Math.min(this.#position + size - partial.length, chunk.length);
      partial.append(chunk, this.#position, end);
      this.#position = end;
      size = meter.measure(partial.bytes, 0, partial.length);
    }
    if (meter.tooLarge) {
      return this.#takeEnvelope(size);
    }
    if (size > partial.length) {
      return false;
    }
    // While the size was unknown all bytes were taken; what lies behind the message goes back. It is all of this chunk,
    // for a message that had ended in an earlier one would have been taken then.
    this.#position -= partial.length - size;
    const { bytes } = partial;
    partial.release();
    openMessage(this.#message, bytes, 0, size, meter.sniffed, true);
    return true;
  }

  /** Takes the envelope of a message that is too large; what follows of it is skipped. */
  #takeEnvelope(size: number): boolean {
    const partial = this.#partial;
    const chunk = this.#chunk;
    const wanted = Math.min(size, MAX_ENVELOPE_BYTES) - partial.length;
    const end = Math.min(this.#position + wanted, chunk.length);
    partial.append(chunk, this.#position, end);
    this.#position = end;
    const envelope = this.partialEnvelope();
    if (envelope === undefined) {
      if (partial.length < Math.min(size, MAX_ENVELOPE_BYTES)) {
        return false;
      }
      throw new ProtocolError('SIZE_LIMIT', `frame of ${size} bytes without a readable envelope`);
    }
    envelope.tooLarge = true;
    envelope.wireBytes = size;
    this.#skipping = size - partial.length;
    partial.release();
    return true;
  }

  #skip(): void {
    const skipped = Math.min(this.#skipping, this.#chunk.length - this.#position);
    this.#skipping -= skipped;
    this.#position += skipped;
  }
}
