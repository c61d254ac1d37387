import { connect, type Socket } from 'node:net';
import { HostileServer } from './hostile-server.js';

/**
 * Stands between a client and a server, and stands for a host that vanishes: from one moment on the connections that are open
 * carry nothing, and neither end learns of it. New connections may work, as to the host that took the address over.
 */
export class SilentProxy {
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  readonly #target: number;
  #server!: HostileServer;
  #isGone = false;

  /** Forwards to a port of the loopback interface. */
  static async start(target: number): Promise<SilentProxy> {
    const proxy = new SilentProxy(target);
    proxy.#server = await HostileServer.start(({ socket }) => proxy.#accept(socket));
    return proxy;
  }

  constructor(target: number) {
    this.#target = target;
  }

  get address(): string {
    return this.#server.address;
  }

  get port(): number {
    return this.#server.port;
  }

  /** Silences the connections that are open, and those to come if asked to. */
  silence({ newConnections = false } = {}): void {
    this.#isGone = newConnections;
    for (const [near, far] of this.#pairs) {
      near.unpipe(far);
      far.unpipe(near);
      near.pause();
      far.pause();
    }
  }

  close(): void {
    this.#server.close();
  }

  #accept(near: Socket): void {
    if (this.#isGone) {
      near.pause();
      return;
    }
    const far = connect(this.#target, '127.0.0.1');
    far.on('error', () => undefined);
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    near.on('close', () => {
      this.#pairs.delete(pair);
      far.destroy();
    });
    near.pipe(far);
    far.pipe(near);
  }
}
