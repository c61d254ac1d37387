import { type ReceiveBudget, ReceiveShare } from '../wire/receive-budget.js';

/** What a connection does about the memory for unfinished replies. */
export interface ReplyShareOwner {
  /** Must read no further. */
  readNoFurther(): void;
  /** May read again. */
  readAgain(): void;
  /** Its reply has to end by then, whether a call still waits for it or not: others wait. */
  awaitedUntil(time: number): void;
}

/** The share of one connection in the memory for unfinished replies of its client. */
export class ReplyShare {
  readonly #share: ReceiveShare;
  readonly #limitMs: number;
  /** When others began to wait for the reply that comes in here; `Infinity` while none do. */
  #awaitedSince = Infinity;

  /** @param limitMs time in which a reply must end for which others wait; 0 for no limit. */
  constructor(budget: ReceiveBudget, limitMs: number, owner: ReplyShareOwner) {
    this.#limitMs = limitMs === 0 ? Infinity : limitMs;
    this.#share = new ReceiveShare(budget, {
      readNoFurther: () => owner.readNoFurther(),
      readAgain: () => owner.readAgain(),
      othersWait: () => {
        if (this.#awaitedSince === Infinity) {
          this.#awaitedSince = performance.now();
          owner.awaitedUntil(this.awaitedUntil);
        }
      },
    });
  }

  /** Whether the connection may read. */
  get mayRead(): boolean {
    return this.#share.mayRead;
  }

  /** When the reply has to end for which others wait; `Infinity` while none do. */
  get awaitedUntil(): number {
    return this.#awaitedSince + this.#limitMs;
  }

  /** Notes the memory that the connection takes for a reply that has not come in full. */
  update(heldBytes: number): void {
    this.#share.update(heldBytes);
    if (this.#awaitedSince !== Infinity && !this.#share.isAwaited) {
      this.#awaitedSince = Infinity;
    }
  }

  /** Whether others have waited too long. */
  isOverdue(now: number): boolean {
    if (!this.#share.isAwaited) {
      this.#awaitedSince = Infinity;
    }
    return this.awaitedUntil <= now;
  }

  /** The connection is gone. */
  close(): void {
    this.#share.close();
  }
}
