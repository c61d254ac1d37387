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

interface PlannedFault {
  readonly fault: Fault;
  readonly method: string | undefined;
  left: number;
}

/** The faults still to come. Of those that fit a call, the one planned first strikes. */
export class FaultPlan {
  #planned: PlannedFault[] = [];

  /** @throws RangeError for a number of times below 1. */
  add(fault: Fault, { method, times = 1 }: FaultScope): void {
    if (!(times >= 1)) {
      throw new RangeError(`times must be 1 or more, got ${times}`);
    }
    this.#planned.push({ fault, method, left: times });
  }

  /** The fault that strikes the next reply of a method, if any. */
  take(method: string): Fault | undefined {
    const found = this.#planned.find((one) => one.method === undefined || one.method === method);
    if (found === undefined) {
      return undefined;
    }
    found.left -= 1;
    if (found.left === 0) {
      this.#planned = this.#planned.filter((one) => one !== found);
    }
    return found.fault;
  }

  clear(): void {
    this.#planned = [];
  }
}
