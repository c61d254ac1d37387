import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type ReceivedMessage, readMessage } from './read-message.js';
import { binaryMessage, framed, MessageType, withHeader } from './thrift-bytes.js';

const OUT_OF_ORDER = 1;
const RESULT_FIELD = 0;

/** One connection of a client to a {@link HostileServer}. */
export class HostileConnection {
  readonly socket: Socket;
  #bytes = Buffer.alloc(0);
  #chunks: Buffer[] = [];
  #needed = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    // Clients that are killed reset their connections.
    socket.on('error', () => undefined);
  }

  /** Reads requests as fast as they come, and calls back with each. */
  onRequest(serve: (request: ReceivedMessage) => void): this {
    this.socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#read(serve);
    });
    return this;
  }

  /** Sends a result of one field in the form of the request. */
  reply(request: ReceivedMessage, fieldType: number, content: Buffer): void {
    this.socket.write(resultOf(request, fieldType, content));
  }

  #read(serve: (request: ReceivedMessage) => void): void {
    const length = this.#chunks.reduce((sum, chunk) => sum + chunk.length, this.#bytes.length);
    if (length < this.#needed) {
      return;
    }
    this.#bytes = Buffer.concat([this.#bytes, ...this.#chunks.splice(0)]);
    for (;;) {
      const request = readMessage(this.#bytes);
      if (typeof request === 'number') {
        this.#needed = request;
        return;
      }
      this.#bytes = this.#bytes.subarray(request.bytes);
      serve(request);
    }
  }
}

/** Bytes of a reply whose result is one field, in the form of the request. */
export function resultOf(request: ReceivedMessage, fieldType: number, content: Buffer): Buffer {
  const { name, id: sequenceId, hasHeader } = request;
  const envelope = { name, sequenceId, type: MessageType.REPLY };
  const message = binaryMessage(envelope, fieldType, content, RESULT_FIELD);
  return hasHeader
    ? withHeader(framed(message), { sequenceId, flags: OUT_OF_ORDER })
    : framed(message);
}

/** A server on the loopback interface that does to its clients what no server should. */
export class HostileServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Connections accepted so far. */
  accepted = 0;

  static async start(
    serve: (connection: HostileConnection) => void,
    port = 0,
  ): Promise<HostileServer> {
    const server = new HostileServer(serve);
    server.#server.listen(port, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  constructor(serve: (connection: HostileConnection) => void) {
    this.#server = createServer((socket) => {
      this.accepted++;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      serve(new HostileConnection(socket));
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Connections open now. */
  get open(): number {
    return this.#sockets.size;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }
}
