import type { ConnectError } from '../errors/errors.js';
import { timerWheel } from '../timer/timer-wheel.js';
import { AddressPool } from './address-pool.js';
import { type PoolContext } from './pool-context.js';
import type { ClientConnection } from '../connection/client-connection.js';
import type { ResolvedLongPool } from '../connection/resolved-client-options.js';

/** Share of a connection's age that is left to chance, so that connections made together do not end together. */
const AGE_JITTER = 0.1;
/** Rest before lost connections of the minimum are replaced: a server that closes all at once must not be overrun. */
const REFILL_PAUSE_MS = 1000;

/** Connections that serve one call at a time and are kept for the next one. Kitex: the long pool, and limits it lacks. */
export class LongPool extends AddressPool {
  readonly #limits: ResolvedLongPool;

  /** The one used last is at the end and is taken first, so that those not needed grow old. */
  readonly #idle: ClientConnection[] = [];
  readonly #evictions = timerWheel.timer((now) => this.#evict(now));
  readonly #refills = timerWheel.timer((now) => this.#refill(now));
  /** Whether the minimum is kept while the server is away, too: discovery knows the instance, not only a call. */
  #warm = false;
  /** Whether the minimum was asked for since the address was last found away: later losses are replaced after a rest only. */
  #filled = false;

  constructor(address: string, context: PoolContext, limits: ResolvedLongPool) {
    super(address, context);
    this.#limits = limits;
  }

  protected get maxWaiting(): number {
    return this.#limits.maxWaitingPerAddress;
  }

  protected get advice(): string {
    return 'raise connection.maxPerAddress or connection.maxWaitingPerAddress, or use mode "mux"';
  }

  protected take(now: number): ClientConnection | undefined {
    for (;;) {
      const connection = this.#idle.pop();
      if (connection === undefined) {
        return undefined;
      }
      this.context.idleBudget.release();
      if (connection.usable && connection.expiresAt > now) {
        return connection;
      }
      connection.retire();
    }
  }

  protected opened(connection: ClientConnection): void {
    const { maxAgeMs } = this.#limits;
    if (maxAgeMs > 0) {
      const age = maxAgeMs * (1 - AGE_JITTER * Math.random());
      connection.expiresAt = performance.now() + age;
    }
    this.offer(connection);
    if (!this.#filled) {
      this.#filled = true;
      this.#keepMinimum(0);
    }
  }

  protected offer(connection: ClientConnection): void {
    const now = performance.now();
    if (!connection.usable || connection.expiresAt <= now) {
      connection.retire();
      return;
    }
    for (let call = this.waiting.shift(); call !== undefined; call = this.waiting.shift()) {
      if (connection.send(call, now)) {
        return;
      }
    }
    this.#park(connection, now);
  }

  protected adopt(connection: ClientConnection): void {
    if (this.#idle.length > 0) {
      connection.retire();
    } else {
      this.opened(connection);
    }
  }

  protected removed(connection: ClientConnection): void {
    const index = this.#idle.indexOf(connection);
    if (index !== -1) {
      this.#idle.splice(index, 1);
      this.context.idleBudget.release();
    }
    this.#keepMinimum(REFILL_PAUSE_MS);
  }

  protected mayGrow(): boolean {
    return this.connections.size + this.dialling < this.#limits.maxPerAddress;
  }

  protected needsDial(): boolean {
    return this.dialling < this.waiting.size && this.mayGrow();
  }

  protected dialFailed(error: ConnectError): void {
    const call = this.waiting.shift();
    if (call !== undefined) {
      this.failWaiting(call, error);
    }
    this.dialAsNeeded();
  }

  override warmUp(): Promise<void> {
    this.#warm = true;
    return super.warmUp();
  }

  protected warmSize(): number {
    return this.#limits.minIdlePerAddress;
  }

  protected retireUnused(): void {
    if (this.waiting.size > 0) {
      return;
    }
    for (const connection of this.#idle.slice()) {
      connection.retire();
    }
  }

  #park(connection: ClientConnection, now: number): void {
    const { maxIdlePerAddress, maxIdleTimeoutMs } = this.#limits;
    if (this.#idle.length >= maxIdlePerAddress || !this.context.idleBudget.take()) {
      connection.retire();
      return;
    }
    connection.idleSince = now;
    this.#idle.push(connection);
    this.#evictions.arm(Math.min(now + maxIdleTimeoutMs, connection.expiresAt));
  }

  /** Closes what is too old, and what was idle for too long beyond the minimum; returns when to look again. */
  #evict(now: number): number {
    const { maxIdleTimeoutMs, minIdlePerAddress } = this.#limits;
    let next = Infinity;
    let spare = this.#idle.length - minIdlePerAddress;
    for (const connection of this.#idle.slice()) {
      const idleUntil = spare > 0 ? connection.idleSince + maxIdleTimeoutMs : Infinity;
      const until = Math.min(idleUntil, connection.expiresAt);
      if (until <= now) {
        spare--;
        connection.retire();
      } else {
        next = Math.min(next, until);
      }
    }
    return next;
  }

  /** Opens what is missing from the minimum after a pause. */
  #keepMinimum(pauseMs: number): void {
    const missing = this.#limits.minIdlePerAddress - this.connections.size - this.dialling;
    if (missing > 0 && !this.draining) {
      this.#refills.arm(performance.now() + pauseMs);
    }
  }

  /** Opens the connections that are missing; of an instance that was warmed up, tries again while the server is away. */
  #refill(now: number): number {
    if (!this.draining) {
      super.warmUp().catch(() => {
        this.#filled = false;
        if (this.#warm) {
          this.#refills.arm(now + REFILL_PAUSE_MS);
        }
      });
    }
    return Infinity;
  }
}
