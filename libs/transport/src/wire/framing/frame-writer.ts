import { EncodeError } from '@nestjs-thrift/codec';
import type { WriteBuffer } from '@nestjs-thrift/codec/wire';
import { FRAMINGS, type Framing } from './framing.js';
import type { HeaderTemplate } from '../ttheader/header-sections.js';
import {
  FIXED_HEADER_BYTES,
  MAX_INFO_BYTES_WRITTEN,
  TT_HEADER_MAGIC,
} from '../ttheader/tt-header.js';

/**
 * Writes what a transport puts around a message, in place and in one pass: lengths are left open and filled in when
 * the message is there. One object serves a connection; a message is written as
 *
 * - `begin`, for TTHeader also `beginHeader`, sections of one's own, `endHeader`,
 * - envelope and struct,
 * - `end`.
 */
export class FrameWriter {
  #framing: Framing = FRAMINGS.Buffered;
  #start = 0;
  #payloadStart = 0;

  /** Starts a message at `out.position`. */
  begin(out: WriteBuffer, framing: Framing): void {
    this.#framing = framing;
    this.#start = out.position;
    if (framing.hasLength && !framing.hasHeader) {
      this.#openLength(out);
    }
  }

  /** Writes the fixed part of a TTHeader and the sections of `template`. Further sections may follow. */
  beginHeader(
    out: WriteBuffer,
    sequenceId: number,
    flags: number,
    template: HeaderTemplate | undefined,
  ): void {
    const start = out.position;
    const constant = template === undefined ? 0 : template.bytes.length;
    out.reserve(FIXED_HEADER_BYTES + 2 + constant);
    const { view } = out;
    view.setUint16(start + 4, TT_HEADER_MAGIC);
    view.setUint16(start + 6, flags);
    view.setInt32(start + 8, sequenceId);
    // Protocol id 0 and no transforms.
    view.setUint16(start + FIXED_HEADER_BYTES, 0);
    out.position = start + FIXED_HEADER_BYTES + 2;
    if (template !== undefined) {
      out.bytes.set(template.bytes, out.position);
      out.position += constant;
    }
  }

  /**
   * Pads and closes the header; the envelope follows.
   *
   * @throws EncodeError `SIZE_LIMIT` for more than 65,532 bytes of info.
   */
  endHeader(out: WriteBuffer): void {
    const infoStart = this.#start + FIXED_HEADER_BYTES;
    const padding = -(out.position - infoStart) & 3;
    out.reserve(padding);
    for (let written = 0; written < padding; written++) {
      out.bytes[out.position++] = 0;
    }
    const infoBytes = out.position - infoStart;
    if (infoBytes > MAX_INFO_BYTES_WRITTEN) {
      throw new EncodeError(
        'SIZE_LIMIT',
        `message header has ${infoBytes} bytes of metadata, at most ${MAX_INFO_BYTES_WRITTEN} can be sent`,
      );
    }
    out.view.setUint16(this.#start + FIXED_HEADER_BYTES - 2, infoBytes >> 2);
    if (this.#framing.hasLength) {
      this.#openLength(out);
    }
  }

  /** Fills in the lengths. Returns the bytes of the message, wrapping included. */
  end(out: WriteBuffer): number {
    const { view, position } = out;
    const { hasLength, hasHeader } = this.#framing;
    if (hasLength) {
      view.setUint32(this.#payloadStart - 4, position - this.#payloadStart);
    }
    if (hasHeader) {
      view.setUint32(this.#start, position - this.#start - 4);
    }
    return position - this.#start;
  }

  #openLength(out: WriteBuffer): void {
    out.reserve(4);
    out.position += 4;
    this.#payloadStart = out.position;
  }
}
