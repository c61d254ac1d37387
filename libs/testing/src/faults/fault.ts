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
