import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { errorText } from '../../terminal/terminal.js';
import { openTls } from '../../probe/open-socket.js';
import { addressText, certificateName, socketAddress, type Target } from '../../probe/target.js';

/** What sees the bytes of one connection. */
export interface Tap {
  request(chunk: Buffer): void;
  reply(chunk: Buffer): void;
  end(): void;
}

/** Where connections go, and who sees what passes. */
export interface PassThroughOptions {
  readonly target: Target;
  /** With TLS to the server: its options. */
  readonly tls: ConnectionOptions | undefined;
  /** 0 for no limit. */
  readonly connectTimeoutMs: number;
  tap(): Tap;
  /** Called for each connection that cannot be passed on. */
  onFailure(reason: string): void;
}

const MAX_CONNECTIONS = 1000;

/**
 * Passes connections on to a server, byte for byte. Each direction is read no faster than the other side takes it, so the memory
 * of a connection is bounded by the buffers of its sockets.
 */
export class PassThrough {
  readonly #options: PassThroughOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(options: PassThroughOptions) {
    this.#options = options;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) =>
      this.#connected(client),
    );
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** @returns the address that it listens on. @throws the error of the operating system */
  async listen(host: string, port: number): Promise<string> {
    await once(this.#server.listen(port, host), 'listening');
    const { address, port: bound } = this.#server.address() as AddressInfo;
    return addressText({ host: address, port: bound });
  }

  /** Ends all connections. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  #connected(client: Socket): void {
    const { connectTimeoutMs } = this.#options;
    const server = this.#connect();
    const tap = this.#options.tap();
    const timedOut = (): unknown =>
      server.destroy(new Error(`no connection within ${connectTimeoutMs} ms`));
    const timer = connectTimeoutMs > 0 ? setTimeout(timedOut, connectTimeoutMs) : undefined;
    let isConnected = false;
    server.once(this.#options.tls === undefined ? 'connect' : 'secureConnect', () => {
      isConnected = true;
      clearTimeout(timer);
      server.setNoDelay(true);
    });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', (error) => {
        if (socket === server && !isConnected) {
          this.#options.onFailure(errorText(error));
        }
        other.destroy();
      });
      socket.on('close', () => {
        clearTimeout(timer);
        if (!isConnected) {
          other.destroy();
        }
        this.#sockets.delete(socket);
        tap.end();
      });
    }
    client.on('data', (chunk: Buffer) => tap.request(chunk)).pipe(server);
    server.on('data', (chunk: Buffer) => tap.reply(chunk)).pipe(client);
  }

  #connect(): Socket {
    const { target, tls } = this.#options;
    const to = socketAddress(target);
    return tls === undefined
      ? connect({ ...to, allowHalfOpen: true })
      : openTls(to, { ...tls, servername: tls.servername ?? certificateName(target) });
  }
}
