import { option, type OptionsOf, resolveOptions, text } from '@nestjs-thrift/transport/internal';

/** What happens to one reply on its way to the caller. */
export type Fault =
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'reset' }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'half-frame'; readonly thenClose: boolean }
  | { readonly kind: 'wrong-sequence-id' };

/** Options of all faults. */
export const FAULT_SCOPE_OPTIONS = {
  /** Only replies, or streams, of this method. @defaultValue of any */
  method: text(),
  /** How many replies, or streams; `Infinity` for all until the faults are cleared. */
  times: option<number, number>(
    'an integer of 1 or more, or Infinity',
    (value) => value === Infinity || (Number.isSafeInteger(value) && (value as number) >= 1),
    1,
  ),
};

/** Which replies, or streams, a fault strikes. */
export interface FaultScope<Method extends string = string> extends OptionsOf<
  typeof FAULT_SCOPE_OPTIONS
> {
  /** Only replies, or streams, of this method. @defaultValue of any */
  readonly method?: Method;
}

interface PlannedFault<Planned> {
  readonly fault: Planned;
  readonly method: string | undefined;
  left: number;
}

/** The faults still to come, of replies or of streams. Of those that fit a method, the one planned first strikes. */
export class FaultPlan<Planned = Fault> {
  #planned: PlannedFault<Planned>[] = [];

  /** @throws TypeError that names each wrong option. */
  add(fault: Planned, scope: FaultScope): void {
    const { method, times } = resolveOptions('fault', FAULT_SCOPE_OPTIONS, scope);
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
