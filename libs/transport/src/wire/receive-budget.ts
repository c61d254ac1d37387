/** A connection as far as its unfinished message concerns the others. */
export interface BudgetMember {
  /** Memory it takes for a message that has not come in full, in bytes. */
  heldBytes: number;
  /** Must read no further. */
  pause(): void;
  /** May read again. */
  resume(): void;
  /** Others wait for its message to end. */
  awaited(): void;
}

/** Memory for unfinished messages unless configured otherwise, in bytes. */
export const DEFAULT_MAX_RECEIVE_BYTES = 256 * 1024 * 1024;
/** The least that can be configured: what a connection has in any case. */
export const LEAST_RECEIVE_BYTES = 64 * 1024;

/** A connection that holds no more than this always reads: ordinary messages never wait for large ones. */
const FREE_BYTES = LEAST_RECEIVE_BYTES;

/**
 * Bounds the memory of unfinished messages over all connections. Beyond the limit only one connection with a large message
 * reads at a time, so that messages still end, one after another; a timeout of the connection ends those that do not.
 */
export class ReceiveBudget {
  #used = 0;
  /** The connection that reads beyond the limit. */
  #privileged: BudgetMember | undefined;
  /** Connections with large messages. */
  readonly #reading = new Set<BudgetMember>();
  readonly #paused = new Set<BudgetMember>();
  #resuming = false;

  constructor(readonly maxBytes: number) {}

  /** Memory taken by all connections, in bytes. */
  get usedBytes(): number {
    return this.#used;
  }

  /** Notes what a connection holds now, and pauses those that have to wait. */
  update(member: BudgetMember, heldBytes: number): void {
    this.#used += heldBytes - member.heldBytes;
    member.heldBytes = heldBytes;
    if (heldBytes <= FREE_BYTES) {
      this.#leave(member);
      return;
    }
    this.#reading.add(member);
    if (this.#used > this.maxBytes) {
      this.#privileged ??= member;
      this.#pauseOthers(this.#privileged);
    }
  }

  /** Whether others wait for the message of this one. */
  isAwaited(member: BudgetMember): boolean {
    return this.#privileged === member && this.#paused.size > 0;
  }

  /** Forgets a connection that is gone. */
  remove(member: BudgetMember): void {
    this.#used -= member.heldBytes;
    member.heldBytes = 0;
    this.#leave(member);
  }

  /** At once, and not when they get more: each of them would grow by a step before it waits. */
  #pauseOthers(privileged: BudgetMember): void {
    if (this.#reading.size === 1 && this.#reading.has(privileged)) {
      return;
    }
    for (const member of this.#reading) {
      if (member !== privileged) {
        this.#reading.delete(member);
        this.#paused.add(member);
        member.pause();
      }
    }
    privileged.awaited();
  }

  #leave(member: BudgetMember): void {
    this.#reading.delete(member);
    this.#paused.delete(member);
    if (this.#privileged === member) {
      this.#privileged = undefined;
    }
    // One that resumes may end its message at once, which the loop that resumed it sees.
    if (!this.#resuming) {
      this.#resuming = true;
      this.#resumePaused();
      this.#resuming = false;
    }
  }

  #resumePaused(): void {
    for (const paused of this.#paused) {
      if (this.#used > this.maxBytes) {
        if (this.#privileged !== undefined) {
          return;
        }
        this.#privileged = paused;
      }
      this.#paused.delete(paused);
      this.#reading.add(paused);
      paused.resume();
      if (this.isAwaited(paused)) {
        paused.awaited();
      }
    }
  }
}

/** What a connection does about its share of a budget. */
export interface ShareOwner {
  /** Must read no further. */
  readNoFurther(): void;
  /** May read again. */
  readAgain(): void;
  /** Others wait for the message that comes in here, which must end in bounded time. */
  othersWait?(): void;
}

/** What one connection takes of the budget. */
export class ReceiveShare implements BudgetMember {
  heldBytes = 0;
  /** Whether the connection may read. */
  mayRead = true;
  readonly #budget: ReceiveBudget;
  readonly #owner: ShareOwner;

  constructor(budget: ReceiveBudget, owner: ShareOwner) {
    this.#budget = budget;
    this.#owner = owner;
  }

  /** Whether others wait for the message of this connection. */
  get isAwaited(): boolean {
    return this.#budget.isAwaited(this);
  }

  /** Notes what the connection holds now. */
  update(heldBytes: number): void {
    if (heldBytes !== this.heldBytes) {
      this.#budget.update(this, heldBytes);
    }
  }

  pause(): void {
    this.mayRead = false;
    this.#owner.readNoFurther();
  }

  resume(): void {
    this.mayRead = true;
    this.#owner.readAgain();
  }

  awaited(): void {
    this.#owner.othersWait?.();
  }

  /** The connection is gone. */
  close(): void {
    this.#budget.remove(this);
  }
}
