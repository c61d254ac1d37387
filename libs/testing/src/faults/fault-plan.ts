/** What happens to one reply on its way to the caller. */
export type Fault =
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'reset' }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'half-frame'; readonly thenClose: boolean }
  | { readonly kind: 'wrong-sequence-id' };

/** Which replies a fault strikes. */
export interface FaultScope<Method extends string = string> {
  /** Only replies of this method. Default: of any. */
  readonly method?: Method;
  /** How many replies, 1 or more; `Infinity` for all until the faults are cleared. Default 1. */
  readonly times?: number;
}

interface PlannedFault<Planned> {
  readonly fault: Planned;
  readonly method: string | undefined;
  left: number;
}

/** The faults still to come, of replies or of streams. Of those that fit a method, the one planned first strikes. */
export class FaultPlan<Planned = Fault> {
  #planned: PlannedFault<Planned>[] = [];

  /** @throws RangeError for a number of times below 1. */
  add(fault: Planned, { method, times = 1 }: FaultScope): void {
    if (!(times >= 1)) {
      throw new RangeError(`times must be 1 or more, got ${times}`);
    }
    this.#planned.push({ fault, method, left: times });
  }

  /** The fault that strikes the next reply or stream of a method, if any. */
  take(method: string): Planned | undefined {
    const found = this.#planned.find((one) => one.method === undefined || one.method === method);
    if (found === undefined) {
      return undefined;
    }
    found.left -= 1;
    this.#planned = this.#planned.filter(({ left }) => left > 0);
    return found.fault;
  }

  clear(): void {
    this.#planned = [];
  }
}
