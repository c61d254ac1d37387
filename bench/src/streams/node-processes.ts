import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ask } from '../ask.js';
import { keepOnProcessor } from '../rpc/processors.js';
import type { StreamPeerName } from './peers/index.js';
import type { StreamLoad } from './peer.js';
import type { StreamReply, StreamRequest } from './worker.js';

const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

/** The server and the client process of a stack in Node. */
export class NodeProcesses {
  readonly #name: StreamPeerName;
  readonly #server: ChildProcess;
  readonly #client: ChildProcess;

  constructor(name: StreamPeerName) {
    this.#name = name;
    const options = {
      env: { ...process.env, NODE_ENV: 'production' },
      execArgv: ['--expose-gc', '--enable-source-maps'],
    };
    this.#server = fork(WORKER, [name], options);
    this.#client = fork(WORKER, [name], options);
    keepOnProcessor(this.#server.pid!, 0);
    keepOnProcessor(this.#client.pid!, 1);
  }

  async start(): Promise<void> {
    const { port } = await this.#ask(this.#server, { type: 'serve' }, 'serving');
    await this.#ask(this.#client, { type: 'connect', port }, 'done');
  }

  async load(streams: number, milliseconds: number): Promise<StreamLoad> {
    return (await this.#ask(this.#client, { type: 'load', streams, milliseconds }, 'loaded')).load;
  }

  async firstMessageMs(streams: number): Promise<number> {
    const request = { type: 'first-message', streams } as const;
    return (await this.#ask(this.#client, request, 'first-message')).medianMs;
  }

  /** CPU time of the server so far, and its memory. */
  serverUsage(): Promise<{ readonly cpuNs: number; readonly residentBytes: number }> {
    return this.#ask(this.#server, { type: 'resources' }, 'resources');
  }

  /** Memory of so many streams that wait, of both sides, in bytes. */
  async hold(streams: number): Promise<{ readonly client: number; readonly server: number }> {
    const before = await this.#residentBytes();
    await this.#ask(this.#client, { type: 'hold', streams }, 'done');
    const after = await this.#residentBytes();
    return { client: after.client - before.client, server: after.server - before.server };
  }

  stop(): void {
    this.#client.kill('SIGKILL');
    this.#server.kill('SIGKILL');
  }

  async #residentBytes(): Promise<{ readonly client: number; readonly server: number }> {
    const client = await this.#ask(this.#client, { type: 'resources' }, 'resources');
    const server = await this.serverUsage();
    return { client: client.residentBytes, server: server.residentBytes };
  }

  async #ask<Type extends StreamReply['type']>(
    child: ChildProcess,
    request: StreamRequest,
    type: Type,
  ): Promise<Extract<StreamReply, { type: Type }>> {
    const reply = await ask<StreamRequest, StreamReply>(child, request, this.#name);
    if (reply.type !== type) {
      throw new Error(`${this.#name}: got ${reply.type} for ${request.type}`);
    }
    return reply as Extract<StreamReply, { type: Type }>;
  }
}
