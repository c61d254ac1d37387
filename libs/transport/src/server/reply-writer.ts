import { ThriftRpcError, type StructCodec } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import {
  applicationExceptionCodec,
  MessageName,
  MessageType,
  PROTOCOLS,
  type ApplicationException,
  type Protocol,
  type WriteBuffer,
} from '@nestjs-thrift/codec/wire';
import { shorten } from '../errors/application-failure.js';
import { LENGTH_BYTES } from '../wire/framing/message-meter.js';
import { FrameWriter } from '../wire/framing/frame-writer.js';
import { FRAMINGS, type Framing } from '../wire/framing/framing.js';
import { IntKey, StringKey } from '../wire/ttheader/header-keys.js';
import { HeaderTemplate, writeStringSections } from '../wire/ttheader/header-sections.js';
import type { ReceivedMessage } from '../wire/received-message.js';
import type { SocketWriter } from '../wire/socket-writer.js';
import { bareName } from './method-router.js';

/** What a reply takes over from its request. */
export interface ReplyTarget {
  readonly framing: Framing;
  /** Not `protocol`: calls have its name there, for handlers and observers. */
  readonly wireProtocol: Protocol;
  readonly sequenceId: number;
}

const CLOSING = new Map([[StringKey.CONNECTION_RESET, '1']]);
const REPLY_INTS = new Map([[IntKey.MESSAGE_TYPE, String(MessageType.REPLY)]]);
const EXCEPTION_INTS = new Map([[IntKey.MESSAGE_TYPE, String(MessageType.EXCEPTION)]]);

const REPLY_HEADER = new HeaderTemplate({ ints: REPLY_INTS });
const EXCEPTION_HEADER = new HeaderTemplate({ ints: EXCEPTION_INTS });
const LAST_REPLY_HEADER = new HeaderTemplate({ strings: CLOSING, ints: REPLY_INTS });
const LAST_EXCEPTION_HEADER = new HeaderTemplate({ strings: CLOSING, ints: EXCEPTION_INTS });
/** Control messages belong to no request. */
const CONTROL: ReplyTarget = {
  framing: FRAMINGS.TTHeader,
  wireProtocol: PROTOCOLS.binary,
  sequenceId: 0,
};
const CONTROL_HEADER = new HeaderTemplate({ strings: CLOSING });
const CONTROL_NAME = new MessageName('none');

/** Writes replies to one connection, each wrapped and encoded as its request was. */
export class ReplyWriter {
  readonly #writer: SocketWriter;
  readonly #maxFrameBytes: number;

  /** Every reply asks a TTHeader caller to use another connection for later requests. */
  closing = false;
  readonly #frame = new FrameWriter();

  /** @param maxFrameBytes largest result sent, without its length field. */
  constructor(writer: SocketWriter, maxFrameBytes: number) {
    this.#writer = writer;
    this.#maxFrameBytes = maxFrameBytes;
  }

  /**
   * Writes the result of a method and the values sent back with it. Returns the bytes of the message.
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
    return this.#write(target, MessageType.REPLY, header, strings, name, codec, values);
  }

  /** Writes that the call failed as a call. Returns the bytes of the message. */
  exception(target: ReplyTarget, name: MessageName, exception: ApplicationException): number {
    const header = this.closing ? LAST_EXCEPTION_HEADER : EXCEPTION_HEADER;
    const codec = applicationExceptionCodec;
    return this.#write(target, MessageType.EXCEPTION, header, undefined, name, codec, exception);
  }

  /** Writes that a request failed before a method was found for it. Returns the bytes of the message. */
  refusal(request: ReceivedMessage, exception: ApplicationException): number {
    const { framing, protocol: wireProtocol, sequenceId } = request;
    const name = new MessageName(shorten(bareName(request.name)));
    return this.exception({ framing, wireProtocol, sequenceId }, name, exception);
  }

  /** Tells a multiplexing caller to send nothing more on this connection. */
  control(): void {
    const codec = emptyStruct;
    this.#write(CONTROL, MessageType.REPLY, CONTROL_HEADER, undefined, CONTROL_NAME, codec, {});
  }

  #write<T>(
    { framing, wireProtocol, sequenceId }: ReplyTarget,
    type: number,
    header: HeaderTemplate,
    strings: ReadonlyMap<string, string> | undefined,
    name: MessageName,
    codec: Pick<StructCodec<T>, 'writeBinary' | 'writeCompact'>,
    value: T,
  ): number {
    const writer = this.#writer;
    const frame = this.#frame;
    const out = writer.begin();
    try {
      frame.begin(out, framing);
      if (framing.hasHeader) {
        frame.beginHeader(out, sequenceId, 0, header);
        if (strings !== undefined) {
          writeStringSections(out, strings);
        }
        frame.endHeader(out);
      }
      wireProtocol.writeMessageBegin(out, type, name, sequenceId);
      wireProtocol.write(codec, value, out);
      const bytes = frame.end(out);
      if (bytes > this.#maxFrameBytes + LENGTH_BYTES && type === MessageType.REPLY) {
        throw new ThriftRpcError(
          'MESSAGE_TOO_LARGE',
          `reply of ${bytes} bytes, at most ${this.#maxFrameBytes} are sent (maxFrameBytes of the server)`,
        );
      }
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
