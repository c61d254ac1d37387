/** A connection as far as its unfinished message concerns the others. */
export interface BudgetMember {
  /** Bytes it holds of messages that have not come in full. */
  heldBytes: number;
  /** May read again. */
  resume(): void;
}

/** A connection that holds no more than this always reads: ordinary requests never wait for large ones. */
const FREE_BYTES = 64 * 1024;

/**
 * Bounds the memory of unfinished messages over all connections. Beyond the limit only one connection with a large message
 * reads at a time, so that messages still end, one after another; the read timeout ends those that do not.
 */
export class ReceiveBudget {
  #used = 0;
  /** The connection that reads beyond the limit. */
  #privileged: BudgetMember | undefined;
  readonly #paused = new Set<BudgetMember>();

  constructor(readonly maxBytes: number) {}

  /** Bytes held by all connections. */
  get usedBytes(): number {
    return this.#used;
  }

  /** Notes what a connection holds now; returns whether it may read on. */
  update(member: BudgetMember, heldBytes: number): boolean {
    this.#used += heldBytes - member.heldBytes;
    member.heldBytes = heldBytes;
    if (heldBytes <= FREE_BYTES) {
      this.#leave(member);
      return true;
    }
    if (this.#used <= this.maxBytes) {
      return true;
    }
    this.#privileged ??= member;
    if (this.#privileged === member) {
      return true;
    }
    this.#paused.add(member);
    return false;
  }

  /** Forgets a connection that is gone. */
  remove(member: BudgetMember): void {
    this.#used -= member.heldBytes;
    member.heldBytes = 0;
    this.#leave(member);
  }

  #leave(member: BudgetMember): void {
    this.#paused.delete(member);
    if (this.#privileged === member) {
      this.#privileged = undefined;
    }
    for (const paused of this.#paused) {
      if (this.#used > this.maxBytes && this.#privileged !== undefined) {
        return;
      }
      this.#paused.delete(paused);
      if (this.#used > this.maxBytes) {
        this.#privileged = paused;
      }
      paused.resume();
    }
  }
}

/** What one connection takes of the budget. */
export class ReceiveShare implements BudgetMember {
  heldBytes = 0;
  /** Whether the connection may read. */
  mayRead = true;
  readonly #budget: ReceiveBudget;
  readonly #resumed: () => void;

  /** @param resumed called when the connection may read again. */
  constructor(budget: ReceiveBudget, resumed: () => void) {
    this.#budget = budget;
    this.#resumed = resumed;
  }

  /** Notes what the connection holds now; returns whether it may read on. */
  update(heldBytes: number): boolean {
    if (heldBytes > 0 || this.heldBytes > 0) {
      this.mayRead = this.#budget.update(this, heldBytes);
    }
    return this.mayRead;
  }

  resume(): void {
    this.mayRead = true;
    this.#resumed();
  }

  /** The connection is gone. */
  close(): void {
    this.#budget.remove(this);
  }
}
