import { setImmediate as turn } from 'node:timers/promises';
import type { GovernanceConfigSource } from '@nestjs-thrift/governance';
import { type ConnectionMode, ThriftClient, type TransportName } from '@nestjs-thrift/microservice';
import { Soak, type SoakClient } from './service.js';
import type { Tally } from './tally.js';

/** Calls in flight at any time. */
const WORKERS = 32;
const MEGABYTE = Buffer.alloc(1024 * 1024, 0x5a);
/** Longer than anything takes on a busy machine: a call that runs into it was lost. */
const TIMEOUT_MS = 30_000;

const modes: readonly [TransportName, ConnectionMode][] = [
  ['Framed', { mode: 'long' }],
  ['TTHeaderFramed', { mode: 'long' }],
  ['TTHeader', { mode: 'mux' }],
  ['TTHeaderFramed', { mode: 'mux', connectionsPerAddress: 2 }],
];

/** Callers of all kinds, which call all servers in turn. */
export class Load {
  readonly #tally: Tally;

  readonly #clients: ThriftClient[];
  #workers: Promise<void>[] = [];
  // oxlint-disable-next-line no-unused-private-class-members -- the condition of a loop reads it
  #running = false;

  constructor(endpoints: readonly string[], config: GovernanceConfigSource, tally: Tally) {
    this.#tally = tally;

    this.#clients = modes.map(
      ([transport, connection]) =>
        new ThriftClient({
          services: [Soak],
          endpoints,
          transport,
          connection,
          config,
          attemptTimeoutMs: TIMEOUT_MS,
          connectTimeoutMs: 10_000,
        }),
    );
  }

  start(): void {
    this.#running = true;
    this.#workers = Array.from({ length: WORKERS }, (_, index) => this.#work(index));
  }

  /** Makes no more calls and waits for those made; they must not take longer than their timeout. */
  async pause(): Promise<void> {
    this.#running = false;
    await Promise.all(this.#workers);
  }

  /** Calls in flight or pending, of all pools. */
  get busySlots(): number {
    let busy = 0;
    for (const client of this.#clients) {
      for (const { active, pending } of client.unwrap().stats().values()) {
        busy += active + pending;
      }
    }
    return busy;
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
  }

  async #work(index: number): Promise<void> {
    const client = this.#clients[index % this.#clients.length]!.getService<SoakClient>(Soak);
    for (let call = index; this.#running; call += 7) {
      await this.#call(client, call);
      // Calls that fail at once must not keep the process from everything else.
      await turn();
    }
  }

  #call(client: SoakClient, number: number): Promise<void> {
    if (number % 97 === 0) {
      return this.#echo(client, MEGABYTE);
    }
    if (number % 13 === 0) {
      return this.#tally.count(() => client.wait(5), nothing);
    }
    if (number % 11 === 0) {
      return this.#tally.count(() => client.note('hello'), nothing);
    }
    return this.#echo(client, Buffer.from(`payload ${number}`));
  }

  #echo(client: SoakClient, payload: Buffer): Promise<void> {
    return this.#tally.count(
      () => client.echo(payload),
      (result) => (payload.equals(result) ? undefined : `echo gave ${result.length} other bytes`),
    );
  }
}

function nothing(result: void): string | undefined {
  return result === undefined ? undefined : `a void method gave ${String(result)}`;
}
