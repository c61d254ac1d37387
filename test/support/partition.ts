import { connect, createServer, type Server, type Socket } from 'node:net';
import { listenOnFreePort } from './ports.js';

/** A port in front of a server that can be cut off from it in the two ways in which networks fail. */
export class Partition {
  readonly #target: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;
  #passes = true;

  private constructor(target: string) {
    this.#target = Number(target.slice(target.lastIndexOf(':') + 1));
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** @param target address of the server behind, `host:port`. */
  static async before(target: string): Promise<Partition> {
    const partition = new Partition(target);
    partition.#port = await listenOnFreePort(partition.#server);
    return partition;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Ends all connections, and all later ones. */
  cut(): void {
    this.#passes = false;
    this.#sockets.forEach((socket) => socket.destroy());
  }

  /** Drops all bytes of the connections there are, for ever, without notifying either side: what an expired NAT entry does. */
  forget(): void {
    this.#sockets.forEach((socket) => socket.removeAllListeners('data').resume());
  }

  /** Lets new connections through. */
  heal(): void {
    this.#passes = true;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #accept(socket: Socket): void {
    if (!this.#passes) {
      socket.destroy();
      return;
    }
    const behind = connect(this.#target, '127.0.0.1');
    this.#join(socket, behind);
    this.#join(behind, socket);
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from
      .on('data', (chunk) => to.write(chunk))
      .on('error', () => {})
      .on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
  }
}
