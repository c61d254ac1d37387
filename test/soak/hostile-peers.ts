import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from '#test/raw-client.js';
import { Soak } from './service.js';

const REPLIES = 40;
const REPLY_BYTES = 128 * 1024;

/** Peers that do what no caller should: against a server that must go on for all the others. */
export class HostilePeers {
  readonly #address: string;

  /** Visits that ended. */
  visits = 0;
  #running = false;
  #loops: Promise<void>[] = [];

  constructor(address: string) {
    this.#address = address;
  }

  start(): void {
    this.#running = true;
    this.#loops = [this.#slowReader, this.#garbage, this.#halfFrame, this.#leaver].map((visit) =>
      this.#repeat(visit),
    );
  }

  async stop(): Promise<void> {
    this.#running = false;
    await Promise.all(this.#loops);
  }

  async #repeat(visit: (socket: Socket) => Promise<void>): Promise<void> {
    while (this.#running) {
      const [host, port] = this.#address.split(':');
      const socket = connect({ host: host!, port: Number(port) });
      // The server resets connections it has seen enough of.
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      await visit(socket);
      socket.destroy();
      this.visits++;
      await sleep(100);
    }
  }

  /** Asks for much, takes nothing for a while, and leaves with most of it untaken. */
  readonly #slowReader = async (socket: Socket): Promise<void> => {
    const requests = Array.from({ length: REPLIES }, (_, id) => fillRequest(id));
    socket.pause();
    socket.write(Buffer.concat(requests));
    await sleep(1500);
    socket.resume();
    await sleep(50);
  };

  readonly #garbage = async (socket: Socket): Promise<void> => {
    socket.resume();
    socket.write(randomBytes(1 + (this.visits % 4096)));
    await Promise.race([once(socket, 'close'), sleep(500)]);
  };

  /** Begins a message and never ends it. */
  readonly #halfFrame = async (socket: Socket): Promise<void> => {
    const request = fillRequest(1);
    socket.write(request.subarray(0, request.length >> 1));
    await sleep(700);
  };

  /** Leaves while it is being served. */
  readonly #leaver = async (socket: Socket): Promise<void> => {
    socket.write(fillRequest(1));
    await sleep(1);
    if (this.visits % 2 === 0) {
      socket.resetAndDestroy();
    }
  };
}

function fillRequest(sequenceId: number): Buffer {
  return request(Soak.methods['fill']!, { bytes: REPLY_BYTES }, { sequenceId });
}
