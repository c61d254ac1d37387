import type { StructCodec } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import {
  applicationExceptionCodec,
  MessageName,
  MessageType,
  writeBinaryMessageBegin,
  writeCompactMessageBegin,
  type ApplicationException,
  type WriteBuffer,
} from '@nestjs-thrift/codec/wire';
import { FrameWriter, hasHeader } from '../wire/framing/frame-writer.js';
import { IntKey, StringKey } from '../wire/ttheader/header-keys.js';
import { HeaderTemplate, writeStringSections } from '../wire/ttheader/header-sections.js';
import type { SocketWriter } from '../wire/socket-writer.js';
import type { ProtocolName, TransportName } from '../wire/transport-names.js';

/** What a reply takes over from its request. */
export interface ReplyTarget {
  readonly transport: TransportName;
  readonly protocol: ProtocolName;
  readonly sequenceId: number;
}

const CLOSING = new Map([[StringKey.CONNECTION_RESET, '1']]);
const REPLY_INTS = new Map([[IntKey.MESSAGE_TYPE, String(MessageType.REPLY)]]);
const EXCEPTION_INTS = new Map([[IntKey.MESSAGE_TYPE, String(MessageType.EXCEPTION)]]);

const REPLY_HEADER = new HeaderTemplate({ ints: REPLY_INTS });
const EXCEPTION_HEADER = new HeaderTemplate({ ints: EXCEPTION_INTS });
const LAST_REPLY_HEADER = new HeaderTemplate({ strings: CLOSING, ints: REPLY_INTS });
const LAST_EXCEPTION_HEADER = new HeaderTemplate({ strings: CLOSING, ints: EXCEPTION_INTS });
const CONTROL_HEADER = new HeaderTemplate({ strings: CLOSING });
const CONTROL_NAME = new MessageName('none');

/** Writes replies to one connection, each wrapped and encoded as its request was. */
export class ReplyWriter {
  /** Every reply tells a TTHeader caller to use another connection from now on. */
  closing = false;
  private readonly frame = new FrameWriter();

  constructor(private readonly writer: SocketWriter) {}

  /**
   * Writes the result of a method and what goes back beside it. Returns the bytes of the message.
   *
   * @throws EncodeError or what else the codec throws for a result that does not fit; nothing has been written then.
   */
  result(
    target: ReplyTarget,
    name: MessageName,
    codec: StructCodec<FieldValues>,
    values: FieldValues,
    strings: ReadonlyMap<string, string> | undefined,
  ): number {
    const header = this.closing ? LAST_REPLY_HEADER : REPLY_HEADER;
    return this.write(target, MessageType.REPLY, header, strings, name, codec, values);
  }

  /** Writes that the call failed as a call. Returns the bytes of the message. */
  exception(target: ReplyTarget, name: MessageName, exception: ApplicationException): number {
    const header = this.closing ? LAST_EXCEPTION_HEADER : EXCEPTION_HEADER;
    const codec = applicationExceptionCodec;
    return this.write(target, MessageType.EXCEPTION, header, undefined, name, codec, exception);
  }

  /** Tells a multiplexing caller to send nothing more on this connection. */
  control(): void {
    const target: ReplyTarget = { transport: 'TTHeader', protocol: 'binary', sequenceId: 0 };
    const codec = emptyStruct;
    this.write(target, MessageType.REPLY, CONTROL_HEADER, undefined, CONTROL_NAME, codec, {});
  }

  private write<T>(
    { transport, protocol, sequenceId }: ReplyTarget,
    type: number,
    header: HeaderTemplate,
    strings: ReadonlyMap<string, string> | undefined,
    name: MessageName,
    codec: Pick<StructCodec<T>, 'writeBinary' | 'writeCompact'>,
    value: T,
  ): number {
    const { frame, writer } = this;
    const out = writer.begin();
    try {
      frame.begin(out, transport);
      if (hasHeader(transport)) {
        frame.beginHeader(out, sequenceId, 0, header);
        if (strings !== undefined) writeStringSections(out, strings);
        frame.endHeader(out);
      }
      if (protocol === 'binary') {
        writeBinaryMessageBegin(out, type, name, sequenceId);
        codec.writeBinary(value, out);
      } else {
        writeCompactMessageBegin(out, type, name, sequenceId);
        codec.writeCompact(value, out);
      }
      const bytes = frame.end(out);
      writer.commit();
      return bytes;
    } catch (error) {
      writer.rollback();
      throw error;
    }
  }
}

const emptyStruct = { writeBinary: writeStop, writeCompact: writeStop };

function writeStop(_value: unknown, out: WriteBuffer): void {
  out.reserve(1);
  out.bytes[out.position++] = 0;
}
