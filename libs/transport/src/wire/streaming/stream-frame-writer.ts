import { ThriftRpcError, type StructCodec } from '@nestjs-thrift/codec';
import {
  applicationExceptionCodec,
  MessageName,
  MessageType,
  WriteBuffer,
  writeBinaryMessageBegin,
  type ApplicationException,
} from '@nestjs-thrift/codec/wire';
import { LENGTH_BYTES } from '../framing/message-meter.js';
import { FrameWriter } from '../framing/frame-writer.js';
import { FRAMINGS } from '../framing/framing.js';
import type { SocketWriter } from '../socket-writer.js';
import { IntKey } from '../ttheader/header-keys.js';
import {
  HeaderTemplate,
  writeIntSection,
  writeStringSections,
} from '../ttheader/header-sections.js';
import { FIXED_HEADER_BYTES, FLAG_STREAMING } from '../ttheader/tt-header.js';
import { FrameType, type FrameTypeNumber } from './stream-frame.js';

/** Protocol id that Kitex puts into the header of frames of streams. */
const PROTOCOL_ID = 0x10;
/** Where the stream stands in a frame. */
const STREAM_ID_OFFSET = 8;

/** The sections that are the same in all frames of a method, by the type of the frame. */
export class StreamMethodName {
  readonly message: MessageName;
  readonly templates: readonly (HeaderTemplate | undefined)[];
  /** A frame with a message up to the message, without its length and its stream. */
  readonly dataHeader: Uint8Array;

  constructor(readonly text: string) {
    this.message = new MessageName(text);
    const templates: HeaderTemplate[] = [];
    for (const type of Object.values(FrameType)) {
      const ints = new Map([
        [IntKey.FRAME_TYPE, String(type)],
        [IntKey.TO_METHOD, text],
      ] as [number, string][]);
      templates[type] = new HeaderTemplate({ ints });
    }
    this.templates = templates;
    this.dataHeader = dataHeaderOf(templates[FrameType.DATA]!);
  }
}

function dataHeaderOf(template: HeaderTemplate): Uint8Array {
  const out = new WriteBuffer(256);
  const frame = new FrameWriter();
  frame.begin(out, FRAMINGS.TTHeader);
  frame.beginHeader(out, 0, FLAG_STREAMING, template);
  out.bytes[FIXED_HEADER_BYTES] = PROTOCOL_ID;
  frame.endHeader(out);
  return Uint8Array.prototype.slice.call(out.bytes, 0, out.position);
}

const names = new WeakMap<object, StreamMethodName>();

/** The name of a method for its frames, made once. */
export function streamMethodName(method: { readonly name: string }): StreamMethodName {
  let name = names.get(method);
  if (name === undefined) {
    name = new StreamMethodName(method.name);
    names.set(method, name);
  }
  return name;
}

/** What a frame is part of. */
export interface FrameTarget {
  readonly streamId: number;
  readonly name: StreamMethodName;
}

/** What a frame without a message carries. */
export interface FrameContent {
  readonly strings?: ReadonlyMap<string, string> | undefined;
  readonly ints?: ReadonlyMap<number, string> | undefined;
  /** Fails the stream, or says why it is cancelled. */
  readonly exception?: ApplicationException | undefined;
}

const EMPTY: FrameContent = Object.freeze({});

/** Writes frames of streams to one connection. */
export class StreamFrameWriter {
  readonly #writer: SocketWriter;
  readonly #maxFrameBytes: number;
  readonly #frame = new FrameWriter();

  /** @param maxFrameBytes largest message sent, without its length field. */
  constructor(writer: SocketWriter, maxFrameBytes: number) {
    this.#writer = writer;
    this.#maxFrameBytes = maxFrameBytes;
  }

  /**
   * Writes a frame without a message.
   *
   * @throws EncodeError for strings that do not fit into a header; nothing has been written then.
   */
  control(type: FrameTypeNumber, target: FrameTarget, content: FrameContent = EMPTY): void {
    const writer = this.#writer;
    const out = writer.begin();
    try {
      this.#begin(type, target, content);
      const { exception } = content;
      if (exception !== undefined) {
        writeBinaryMessageBegin(out, MessageType.EXCEPTION, target.name.message, target.streamId);
        applicationExceptionCodec.writeBinary(exception, out);
      }
      this.#frame.end(out);
      writer.commit();
    } catch (error) {
      writer.rollback();
      throw error;
    }
  }

  /**
   * Writes a message. Returns the bytes of its frame.
   *
   * @throws EncodeError or what else the codec throws, ThriftRpcError `MESSAGE_TOO_LARGE`; nothing has been written then.
   */
  data(target: FrameTarget, codec: StructCodec, message: unknown): number {
    const writer = this.#writer;
    const out = writer.begin();
    try {
      const { dataHeader } = target.name;
      const start = out.position;
      out.reserve(dataHeader.length);
      out.bytes.set(dataHeader, start);
      out.view.setInt32(start + STREAM_ID_OFFSET, target.streamId);
      out.position = start + dataHeader.length;
      codec.writeBinary(message, out);
      const bytes = out.position - start;
      out.view.setUint32(start, bytes - LENGTH_BYTES);
      if (bytes > this.#maxFrameBytes + LENGTH_BYTES) {
        throw new ThriftRpcError(
          'MESSAGE_TOO_LARGE',
          `message of ${bytes} bytes on the stream ${target.name.text}, at most ${this.#maxFrameBytes} are sent (maxFrameBytes)`,
        );
      }
      writer.commitOfMany();
      return bytes;
    } catch (error) {
      writer.rollback();
      throw error;
    }
  }

  #begin(type: FrameTypeNumber, { streamId, name }: FrameTarget, content: FrameContent): void {
    const { out } = this.#writer;
    const frame = this.#frame;
    const start = out.position;
    const template = name.templates[type];
    frame.begin(out, FRAMINGS.TTHeader);
    if (content.strings === undefined || content.strings.size === 0) {
      frame.beginHeader(out, streamId, FLAG_STREAMING, template);
    } else {
      // Strings come first, as in frames of Kitex.
      frame.beginHeader(out, streamId, FLAG_STREAMING, undefined);
      writeStringSections(out, content.strings);
      out.reserve(template!.bytes.length);
      out.bytes.set(template!.bytes, out.position);
      out.position += template!.bytes.length;
    }
    if (content.ints !== undefined) {
      writeIntSection(out, content.ints);
    }
    out.bytes[start + FIXED_HEADER_BYTES] = PROTOCOL_ID;
    frame.endHeader(out);
  }
}
