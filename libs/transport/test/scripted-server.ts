import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import {
  applicationExceptionCodec,
  MessageName,
  MessageType,
  WriteBuffer,
  writeBinaryMessageBegin,
} from '@nestjs-thrift/codec/wire';
import { until } from '#test/until.js';
import type { TransportName } from '../src/index.js';
import { FRAMINGS, FrameWriter, HeaderTemplate, MessageReader } from '../src/wire/index.js';

/** A request as it reached a {@link ScriptedServer}. */
export interface ScriptedRequest {
  readonly socket: Socket;
  readonly name: string;
  readonly type: number;
  readonly sequenceId: number;
  readonly transport: TransportName;
  readonly flags: number;
  readonly headerSequenceId: number;
  readonly strings: ReadonlyMap<string, string>;
  readonly ints: ReadonlyMap<number, string>;
}

/** What a reply says differently from what the client expects. */
export interface ReplyScript {
  readonly type?: number;
  readonly name?: string;
  readonly sequenceId?: number;
  readonly headerSequenceId?: number;
  readonly transport?: TransportName;
  readonly strings?: Readonly<Record<string, string>>;
  /** The struct; by default a result with the text `ok`. */
  readonly body?: Buffer;
}

export const EMPTY_STRUCT = Buffer.from([0]);

/** A result struct with a string. */
export function textResult(text: string): Buffer {
  const bytes = Buffer.from(text);
  const head = Buffer.from([11, 0, 0, 0, 0, 0, 0]);
  head.writeInt32BE(bytes.length, 3);
  return Buffer.concat([head, bytes, EMPTY_STRUCT]);
}

/** The struct of an application exception. */
export function exceptionBody(type: number, message = ''): Buffer {
  const out = new WriteBuffer(64);
  applicationExceptionCodec.writeBinary({ type, message }, out);
  return Buffer.from(out.bytes.subarray(0, out.position));
}

/** The bytes of a reply to `request`. */
export function replyBytes(request: ScriptedRequest, script: ReplyScript = {}): Buffer {
  const { transport = request.transport, sequenceId = request.sequenceId } = script;
  const { body = textResult('ok') } = script;
  const out = new WriteBuffer(256);
  const frame = new FrameWriter();
  const framing = FRAMINGS[transport];
  frame.begin(out, framing);
  if (framing.hasHeader) {
    const strings = new Map(Object.entries(script.strings ?? {}));
    const header = new HeaderTemplate({ strings });
    frame.beginHeader(out, script.headerSequenceId ?? sequenceId, 0, header);
    frame.endHeader(out);
  }
  const name = new MessageName(script.name ?? request.name);
  writeBinaryMessageBegin(out, script.type ?? MessageType.REPLY, name, sequenceId);
  out.reserve(body.length);
  out.bytes.set(body, out.position);
  out.position += body.length;
  frame.end(out);
  return Buffer.from(out.bytes.subarray(0, out.position));
}

/** A server that follows the script of a test exactly. */
export class ScriptedServer {
  readonly sockets: Socket[] = [];
  readonly requests: ScriptedRequest[] = [];
  onConnection: (socket: Socket) => void = () => undefined;
  onRequest: (request: ScriptedRequest) => void = (request) =>
    request.socket.write(replyBytes(request));
  /** `host:port`, also after it was closed. */
  address = '';
  readonly #server: Server;

  constructor() {
    this.#server = createServer((socket) => this.#accept(socket));
  }

  async listen(): Promise<this> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    this.address = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  /** Refuses further connections. */
  stopListening(): void {
    this.#server.close();
  }

  close(): void {
    this.stopListening();
    for (const socket of this.sockets) {
      socket.destroy();
    }
  }

  /** Waits for request number `count`. */
  async request(count: number): Promise<ScriptedRequest> {
    await until(() => this.requests.length >= count);
    return this.requests[count - 1]!;
  }

  #accept(socket: Socket): void {
    this.sockets.push(socket);
    const reader = new MessageReader();
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      reader.push(chunk);
      for (let message = reader.next(); message !== undefined; message = reader.next()) {
        const { name, type, sequenceId, framing, flags, headerSequenceId, info } = message;
        const transport = framing.name;
        const strings = info?.strings() ?? new Map<string, string>();
        const ints = info?.ints() ?? new Map<number, string>();
        const request = { name, type, sequenceId, transport, flags, headerSequenceId };
        this.requests.push({ socket, ...request, strings, ints });
        this.onRequest(this.requests.at(-1)!);
      }
    });
    this.onConnection(socket);
  }
}
