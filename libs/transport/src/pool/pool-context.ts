import type { AsyncResource } from 'node:async_hooks';
import type { ResolvedClientOptions } from '../connection/resolved-client-options.js';
import type { ReceiveBudget } from '../wire/receive-budget.js';

/** Counts idle connections over all addresses of a client. Kitex: MaxIdleGlobal. */
export class IdleBudget {
  readonly #limit: number;

  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a place for an idle connection; `false` when there is none left. */
  take(): boolean {
    if (this.#used >= this.#limit) {
      return false;
    }
    this.#used++;
    return true;
  }

  /** Gives a place back. */
  release(): void {
    this.#used--;
  }
}

/** What the pools of a client share. */
export interface PoolContext {
  readonly settings: ResolvedClientOptions;
  /** Idle connections over all addresses. */
  readonly idleBudget: IdleBudget;
  /** Memory of replies that have not come in full, over all connections. */
  readonly receiveBudget: ReceiveBudget;
  /** Where sockets are made: outside of the request that happens to need one, whose context they would keep alive. */
  readonly scope: AsyncResource;
}

/** The state of the connections to one address. */
export interface PoolStats {
  /** Connections with calls in flight. */
  readonly active: number;
  readonly idle: number;
  /** Calls that wait for a connection. */
  readonly pending: number;
  /** Bytes of requests that the peer has not taken. */
  readonly unsentBytes: number;
  /** Connections made so far. */
  readonly opened: number;
  /** Attempts to make one that failed so far. */
  readonly openFailures: number;
  /** Calls so far that found a connection ready. */
  readonly reused: number;
}
