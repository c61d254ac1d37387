import type { ConnectError } from '../errors/errors.js';
import { AddressPool } from './address-pool.js';
import { type PoolContext } from './pool-context.js';
import type { ClientConnection } from '../connection/client-connection.js';
import type { ResolvedMuxPool } from '../connection/resolved-client-options.js';

/** Rest after a failed attempt to add a connection to others that work. */
const REDIAL_PAUSE_MS = 1000;

/** Few connections that carry many calls at once. Kitex: WithMuxConnection. */
export class MuxPool extends AddressPool {
  readonly #limits: ResolvedMuxPool;

  protected readonly advice =
    'raise connection.connectionsPerAddress or connection.maxInFlightPerConnection';
  /** Connections that take calls, in turn. */
  readonly #ready: ClientConnection[] = [];
  #last = 0;
  #noDialBefore = 0;

  constructor(address: string, context: PoolContext, limits: ResolvedMuxPool) {
    super(address, context);
    this.#limits = limits;
  }

  /** As many as all connections could take at once. */
  protected get maxWaiting(): number {
    return this.#limits.connectionsPerAddress * this.#limits.maxInFlightPerConnection;
  }

  protected override get waitsForPeer(): boolean {
    return this.#ready.some(({ saturated }) => saturated);
  }

  protected take(now: number): ClientConnection | undefined {
    const ready = this.#ready;
    if (this.mayGrow() && now >= this.#noDialBefore && ready.length > 0) {
      this.dialInBackground();
    }
    for (let tries = ready.length; tries > 0 && ready.length > 0; tries--) {
      this.#last = this.#last + 1 < ready.length ? this.#last + 1 : 0;
      const connection = ready[this.#last]!;
      if (this.#hasRoom(connection)) {
        return connection;
      }
      if (!connection.usable) {
        this.removed(connection);
      }
    }
    return undefined;
  }

  protected opened(connection: ClientConnection): void {
    this.#ready.push(connection);
    this.offer(connection);
  }

  protected offer(connection: ClientConnection): void {
    if (!connection.usable) {
      this.removed(connection);
    }
    if (this.waiting.size === 0) {
      return;
    }
    const now = performance.now();
    while (this.waiting.size > 0 && this.#hasRoom(connection)) {
      connection.send(this.waiting.shift()!, now);
    }
    this.dialAsNeeded();
  }

  protected adopt(connection: ClientConnection): void {
    if (this.#ready.length < this.#limits.connectionsPerAddress) {
      this.opened(connection);
    } else {
      connection.retire();
    }
  }

  protected removed(connection: ClientConnection): void {
    const index = this.#ready.indexOf(connection);
    if (index !== -1) {
      this.#ready.splice(index, 1);
    }
  }

  protected mayGrow(): boolean {
    return this.#ready.length + this.dialling < this.#limits.connectionsPerAddress;
  }

  /** One attempt at a time: all that wait can go on one connection. */
  protected needsDial(): boolean {
    return this.waiting.size > 0 && this.dialling === 0 && this.mayGrow();
  }

  protected dialFailed(error: ConnectError): void {
    this.#noDialBefore = performance.now() + REDIAL_PAUSE_MS;
    if (this.#ready.length > 0) {
      return;
    }
    for (let call = this.waiting.shift(); call !== undefined; call = this.waiting.shift()) {
      this.failWaiting(call, error);
    }
  }

  protected warmSize(): number {
    return this.#limits.connectionsPerAddress;
  }

  protected retireUnused(): void {
    if (this.waiting.size > 0) {
      return;
    }
    for (const connection of this.#ready.slice()) {
      connection.retire();
    }
  }

  #hasRoom(connection: ClientConnection): boolean {
    const { maxInFlightPerConnection } = this.#limits;
    return (
      connection.usable && !connection.saturated && connection.inFlight < maxInFlightPerConnection
    );
  }
}
