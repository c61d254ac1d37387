import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ask } from '../ask.js';
import type { HotSpot } from '../profile/cpu-profile.js';
import type { LoadLimit } from './load.js';
import { keepOnProcessor } from './processors.js';
import { cellName, type Cell, type Reply, type Request, type Usage } from './messages.js';
import type { PeerName } from './peers/index.js';

const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

/** What one round of one peer in one cell gave; CPU and allocation are per call. */
export interface Round {
  readonly callsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly clientCpuNs: number;
  readonly serverCpuNs: number;
  readonly clientAllocatedBytes: number;
  readonly serverAllocatedBytes: number;
  readonly clientResidentBytes: number;
  readonly serverResidentBytes: number;
}

/** Where the processes of a peer spend their time. */
export interface Profiles {
  readonly client: readonly HotSpot[];
  readonly server: readonly HotSpot[];
}

/** The server and the client process of one peer. */
export class PeerProcesses {
  readonly #server: ChildProcess;
  readonly #client: ChildProcess;
  #port = 0;
  readonly #connected = new Set<string>();

  /** @param peers URL of the module to take the peer from; that of this build unless given. */
  constructor(
    readonly name: PeerName,
    peers?: string,
  ) {
    const args = peers === undefined ? [name] : [name, peers];
    this.#server = fork(WORKER, args, { env: { ...process.env, NODE_ENV: 'production' } });
    this.#client = fork(WORKER, args, { env: { ...process.env, NODE_ENV: 'production' } });
    keepOnProcessor(this.#server.pid!, 0);
    keepOnProcessor(this.#client.pid!, 1);
  }

  async start(): Promise<void> {
    const reply = await this.#ask(this.#server, { type: 'serve' });
    if (reply.type === 'serving') {
      this.#port = reply.port;
    }
  }

  /** Connects, checks that the echo is right and runs the cell for a while without measuring. */
  async warmUp(cell: Cell, limit: LoadLimit): Promise<void> {
    if (!this.#connected.has(cellName(cell))) {
      await this.#ask(this.#client, { type: 'connect', port: this.#port, cell });
      this.#connected.add(cellName(cell));
    }
    await this.#ask(this.#client, { type: 'load', cell, limit });
  }

  async round(cell: Cell, limit: LoadLimit, what: 'cpu' | 'allocations'): Promise<Round> {
    await this.#ask(this.#server, { type: 'start-measuring', what });
    await this.#ask(this.#client, { type: 'start-measuring', what });
    const loaded = await this.#ask(this.#client, { type: 'load', cell, limit });
    const client = await this.#usage(this.#client);
    const server = await this.#usage(this.#server);
    if (loaded.type !== 'loaded') {
      throw new Error(`${this.name}: no result`);
    }
    const { calls, seconds, p50Ms, p99Ms } = loaded.result;
    return {
      callsPerSecond: calls / seconds,
      p50Ms,
      p99Ms,
      clientCpuNs: client.cpuNs / calls,
      serverCpuNs: server.cpuNs / calls,
      clientAllocatedBytes: client.allocatedBytes / calls,
      serverAllocatedBytes: server.allocatedBytes / calls,
      clientResidentBytes: client.residentBytes,
      serverResidentBytes: server.residentBytes,
    };
  }

  /** How fast both processors are now, at the same time: the slower one counts. */
  async probeSpeed(): Promise<number> {
    const speeds = await Promise.all(
      [this.#server, this.#client].map((child) => this.#speed(child)),
    );
    return Math.max(...speeds);
  }

  /** Where both processes spend their time under the load of a cell. */
  async profile(cell: Cell, limit: LoadLimit): Promise<Profiles> {
    await this.#ask(this.#server, { type: 'start-profile' });
    await this.#ask(this.#client, { type: 'start-profile' });
    await this.#ask(this.#client, { type: 'load', cell, limit });
    return { client: await this.#spots(this.#client), server: await this.#spots(this.#server) };
  }

  stop(): void {
    this.#client.kill('SIGKILL');
    this.#server.kill('SIGKILL');
  }

  async #spots(child: ChildProcess): Promise<readonly HotSpot[]> {
    const reply = await this.#ask(child, { type: 'stop-profile' });
    if (reply.type !== 'profile') {
      throw new Error(`${this.name}: no profile`);
    }
    return reply.spots;
  }

  async #speed(child: ChildProcess): Promise<number> {
    const reply = await this.#ask(child, { type: 'probe-speed' });
    if (reply.type !== 'speed') {
      throw new Error(`${this.name}: no speed`);
    }
    return reply.milliseconds;
  }

  async #usage(child: ChildProcess): Promise<Usage> {
    const reply = await this.#ask(child, { type: 'stop-measuring' });
    if (reply.type !== 'usage') {
      throw new Error(`${this.name}: no usage`);
    }
    return reply.usage;
  }

  #ask(child: ChildProcess, request: Request): Promise<Reply> {
    return ask<Request, Reply>(child, request, this.name);
  }
}
