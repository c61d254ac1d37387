import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { StreamMethod } from '@nestjs-thrift/codec';
import { ReadBuffer } from '@nestjs-thrift/codec/wire';
import {
  FrameType,
  type FrameTypeNumber,
  readException,
  type StreamFrame,
  StreamFrameReader,
} from '@nestjs-thrift/transport/wire';
import { Chat, type Res } from './chat-service.js';

const { response } = Chat.methods.Talk as StreamMethod;

/** How a frame is put together, for what a client or server would not send, too. */
export interface FrameShape {
  readonly id: number;
  /** Digits of another type are possible, and none: the key is left out. */
  readonly type: FrameTypeNumber | string | undefined;
  /** No key for `undefined`. */
  readonly method?: string | undefined;
  readonly strings?: Readonly<Record<string, string>>;
  readonly ints?: Readonly<Record<number, string>>;
  readonly payload?: Uint8Array;
  readonly flags?: number;
  readonly protocolId?: number;
  /** Token of an access list, in its own section. */
  readonly acl?: string;
}

/** Bytes of a frame of a stream, put together without the code under test. */
export function streamFrame(shape: FrameShape): Buffer {
  const {
    id,
    type,
    strings = {},
    payload = new Uint8Array(),
    flags = 2,
    protocolId = 0x10,
  } = shape;
  const method = 'method' in shape ? shape.method : 'Talk';
  const ints = Object.entries({
    ...(method !== undefined && { 9: method }),
    ...(type !== undefined && { 27: String(type) }),
    ...shape.ints,
  });
  const header: number[] = [protocolId, 0];
  if (Object.keys(strings).length > 0) {
    header.push(1, ...uint16(Object.keys(strings).length));
    for (const pair of Object.entries(strings)) {
      pair.forEach((text) => header.push(...prefixed(text)));
    }
  }
  if (ints.length > 0) {
    header.push(0x10, ...uint16(ints.length));
    for (const [key, text] of ints) {
      header.push(...uint16(Number(key)), ...prefixed(text));
    }
  }
  if (shape.acl !== undefined) {
    header.push(0x11, ...prefixed(shape.acl));
  }
  while (header.length % 4 !== 0) {
    header.push(0);
  }
  const fixed = Buffer.alloc(14);
  fixed.writeUInt32BE(10 + header.length + payload.length, 0);
  fixed.writeUInt16BE(0x1000, 4);
  fixed.writeUInt16BE(flags, 6);
  fixed.writeInt32BE(id, 8);
  fixed.writeUInt16BE(header.length / 4, 12);
  return Buffer.concat([fixed, Buffer.from(header), payload]);
}

function uint16(value: number): number[] {
  return [value >> 8, value & 0xff];
}

function prefixed(text: string): number[] {
  const bytes = Buffer.from(text);
  return [...uint16(bytes.length), ...bytes];
}

/** The payload of a message of Chat: a struct with a text, and a count where one is given. */
export function chatMessage(text: string, count?: number): Buffer {
  const bytes = Buffer.from(text);
  const head = Buffer.from([0x0b, 0, 1, 0, 0, 0, 0]);
  head.writeUInt32BE(bytes.length, 3);
  const rest = Buffer.from(count === undefined ? [0] : [8, 0, 2, 0, 0, 0, 0, 0]);
  if (count !== undefined) {
    rest.writeInt32BE(count, 3);
  }
  return Buffer.concat([head, bytes, rest]);
}

/** The payload of a frame that carries an exception. */
export function exceptionMessage(method: string, type: number, message: string): Buffer {
  const begin = Buffer.from([
    0x80,
    1,
    0,
    3,
    0,
    0,
    0,
    method.length,
    ...Buffer.from(method),
    0,
    0,
    0,
    1,
  ]);
  const text = Buffer.from([0x0b, 0, 1, 0, 0, 0, message.length, ...Buffer.from(message)]);
  const code = Buffer.from([8, 0, 2, 0, 0, 0, 0, 0]);
  code.writeInt32BE(type, 3);
  return Buffer.concat([begin, text, code]);
}

/** A frame, or a framed message without a TTHeader, as it came. */
export interface TakenFrame {
  /** `-1` for a framed message. */
  readonly id: number;
  readonly type: FrameTypeNumber | undefined;
  readonly bytes: Buffer;
  /** Type, strings and payload in one line, for comparisons. */
  readonly text: string;
}

const TYPE_NAMES = new Map(Object.entries(FrameType).map(([name, type]) => [type, name] as const));
const FRAMED = -1;

/** Reads one whole frame. */
export function readFrame(bytes: Buffer): TakenFrame {
  if (bytes.readUInt16BE(4) !== 0x1000) {
    return { id: FRAMED, type: undefined, bytes, text: `FRAMED ${bytes.toString('hex')}` };
  }
  const reader = new StreamFrameReader(2 ** 30);
  reader.push(bytes);
  const frame = reader.next()!;
  const strings = [...frame.info.strings()]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, text]) => `${key}=${plain(key, text)}`);
  const exception = readException(frame);
  const payload =
    exception === undefined ? shownMessage(frame) : `${exception.type}: ${exception.message}`;
  const name = TYPE_NAMES.get(frame.type)!;
  const text = [name, ...strings, payload].filter((part) => part !== '').join(' ');
  return { id: frame.streamId, type: frame.type, bytes, text };
}

/** A message of Chat, whose fields may come in any order; other payloads in hexadecimal. */
function shownMessage({ type, bytes, payloadStart, payloadEnd }: StreamFrame): string {
  if (type === FrameType.DATA) {
    try {
      const input = new ReadBuffer(bytes, payloadStart, payloadEnd);
      const { text, n } = response.readBinary(input) as Res;
      return [JSON.stringify(text), n].join(' ').trimEnd();
    } catch {
      // Shown as it is.
    }
  }
  return bytes.toString('hex', payloadStart, payloadEnd);
}

/** JSON may be written in several ways. */
function plain(key: string, text: string): string {
  return key === 'biz-extra' && text.startsWith('{"') ? JSON.stringify(JSON.parse(text)) : text;
}

/** Cuts what comes on a socket into frames. */
export class FrameCollector {
  readonly frames: TakenFrame[] = [];
  /** Whether the peer has ended the connection. */
  ended = false;
  readonly #taken?: ((frame: TakenFrame) => void) | undefined;
  #rest = Buffer.alloc(0);

  constructor(
    readonly socket: Socket,
    taken?: (frame: TakenFrame) => void,
  ) {
    this.#taken = taken;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', () => undefined);
    socket.on('end', () => (this.ended = true));
    socket.on('close', () => (this.ended = true));
  }

  /** @param address `host:port`. */
  static async open(address: string): Promise<FrameCollector> {
    const [host = '', port] = address.split(':');
    const socket = connect(Number(port), host);
    await once(socket, 'connect');
    return new FrameCollector(socket);
  }

  send(...frames: readonly (FrameShape | Uint8Array)[]): void {
    const bytes = frames.map((frame) => (frame instanceof Uint8Array ? frame : streamFrame(frame)));
    this.socket.write(Buffer.concat(bytes));
  }

  /** Texts of the frames of a stream so far. */
  of(id: number): string[] {
    return this.frames.filter((frame) => frame.id === id).map(({ text }) => text);
  }

  #take(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= 14) {
      const length = 4 + this.#rest.readUInt32BE(0);
      if (this.#rest.length < length) {
        return;
      }
      const frame = readFrame(Buffer.from(this.#rest.subarray(0, length)));
      this.#rest = this.#rest.subarray(length);
      this.frames.push(frame);
      this.#taken?.(frame);
    }
  }
}
