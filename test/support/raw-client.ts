import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { MethodDefinition } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import {
  applicationExceptionCodec,
  MessageName,
  PROTOCOLS,
  WriteBuffer,
} from '@nestjs-thrift/codec/wire';
import type { ProtocolName, TransportName } from '@nestjs-thrift/transport';
import {
  FRAMINGS,
  FrameWriter,
  HeaderTemplate,
  MessageReader,
} from '@nestjs-thrift/transport/wire';

/** How a request is put together. */
export interface RequestShape {
  readonly transport?: TransportName;
  readonly protocol?: ProtocolName;
  readonly sequenceId?: number;
  readonly type?: number;
  readonly name?: string;
  readonly flags?: number;
  readonly strings?: Readonly<Record<string, string>>;
  readonly ints?: Readonly<Record<number, string>>;
}

/** A reply, with everything in it decoded. */
export interface Reply {
  readonly transport: TransportName;
  readonly protocol: ProtocolName;
  readonly type: number;
  readonly name: string;
  readonly sequenceId: number;
  readonly headerSequenceId: number;
  readonly flags: number;
  readonly strings: Readonly<Record<string, string>>;
  readonly ints: Readonly<Record<number, string>>;
  /** The result struct, or message and type of an exception. */
  readonly body: FieldValues;
}

/** Bytes of a request for `method`. */
export function request(
  method: MethodDefinition,
  args: FieldValues,
  shape: RequestShape = {},
): Buffer {
  const { transport = 'Framed', protocol = 'binary', sequenceId = 1, type = 1 } = shape;
  const out = new WriteBuffer();
  const frame = new FrameWriter();
  const framing = FRAMINGS[transport];
  frame.begin(out, framing);
  if (framing.hasHeader) {
    const ints = Object.entries(shape.ints ?? {}).map(([key, value]) => [+key, value] as const);
    const strings = new Map(Object.entries(shape.strings ?? {}));
    const template = new HeaderTemplate({ strings, ints: new Map(ints) });
    frame.beginHeader(out, sequenceId, shape.flags ?? 0, template);
    frame.endHeader(out);
  }
  const name = new MessageName(shape.name ?? method.name);
  const { writeMessageBegin, write } = PROTOCOLS[protocol];
  writeMessageBegin(out, type, name, sequenceId);
  if (!('args' in method)) {
    throw new TypeError(`${method.name} has a stream`);
  }
  write(method.args, args, out);
  frame.end(out);
  return Buffer.from(out.bytes.subarray(0, out.position));
}

/** A socket that reads replies, without pools, deadlines or policies. */
export class RawClient {
  /** Whether the server has ended the connection. */
  ended = false;
  readonly #reader = new MessageReader();
  readonly #waiting: (() => void)[] = [];
  #receivedBytes = 0;

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.#receivedBytes += chunk.length;
      this.#reader.push(chunk);
      this.#wake();
    });
    socket.on('error', () => {});
    socket.on('end', () => {
      this.ended = true;
      this.#wake();
    });
    socket.on('close', () => {
      this.ended = true;
      this.#wake();
    });
  }

  /** @param address `host:port`, or the path of a Unix socket. */
  static async open(address: string): Promise<RawClient> {
    const colon = address.lastIndexOf(':');
    const socket = address.startsWith('/')
      ? connect(address)
      : connect(Number(address.slice(colon + 1)), address.slice(0, colon));
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** Wraps a socket that is connected already. */
  static over(socket: Socket): RawClient {
    return new RawClient(socket);
  }

  send(bytes: Buffer | string): void {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'hex') : bytes);
  }

  /** The next reply to a call of `method`. */
  async receive(method: MethodDefinition): Promise<Reply> {
    for (;;) {
      const message = this.#reader.next();
      if (message !== undefined) {
        const { input, framing, protocol, info } = message;
        if (method.kind !== 'unary') {
          throw new TypeError(`${method.name} has no reply`);
        }
        const codec = message.type === 3 ? applicationExceptionCodec : method.result;
        const body = protocol.read<unknown>(codec, input) as FieldValues;
        const { type, name, sequenceId, headerSequenceId, flags } = message;
        const strings = Object.fromEntries(info?.strings() ?? []);
        const ints = Object.fromEntries(info?.ints() ?? []);
        return {
          transport: framing.name,
          protocol: protocol.name,
          type,
          name,
          sequenceId,
          headerSequenceId,
          flags,
          strings,
          ints,
          body,
        };
      }
      if (this.ended) {
        throw new Error('the server closed the connection');
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Sends a request and waits for its reply. */
  call(method: MethodDefinition, args: FieldValues, shape?: RequestShape): Promise<Reply> {
    this.send(request(method, args, shape));
    return this.receive(method);
  }

  /** Waits until the server has closed; returns the bytes that came from it altogether. */
  async closed(): Promise<number> {
    while (!this.ended) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.#receivedBytes;
  }

  close(): void {
    this.socket.destroy();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) {
      resolve();
    }
  }
}
