import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** How a server goes down: it ends its connections, or resets them. */
export type Downfall = 'end' | 'reset';

/** A port in front of a server that goes down and comes up again, always at the same address. */
export class FlappingFront {
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  /** @param target address of the server behind, `host:port`. */
  constructor(target: string) {
    this.#target = Number(target.slice(target.lastIndexOf(':') + 1));
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Connections of callers that are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  async up(): Promise<void> {
    const server = createServer((socket) => this.#pass(socket));
    await new Promise<void>((bound) => server.listen(this.#port, '127.0.0.1', bound));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async down(how: Downfall): Promise<void> {
    const closed = new Promise((done) => this.#server?.close(done) ?? done(undefined));
    this.#server = undefined;
    for (const socket of this.#sockets) {
      if (how === 'reset') {
        socket.resetAndDestroy();
      } else {
        socket.destroy();
      }
    }
    await closed;
  }

  #pass(socket: Socket): void {
    const behind = connect(this.#target, '127.0.0.1');
    this.#sockets.add(socket);
    socket
      .on('error', () => {})
      .on('close', () => {
        this.#sockets.delete(socket);
        behind.destroy();
      });
    behind.on('error', () => {}).on('close', () => socket.destroy());
    socket.pipe(behind).pipe(socket);
  }
}
