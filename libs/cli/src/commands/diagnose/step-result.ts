/** How a step of a diagnosis ended: nothing to do, worth a look, or this is why calls fail. */
export type Verdict = 'ok' | 'warn' | 'fail';

/** One step of a diagnosis. */
export interface StepResult {
  /** Such as `TCP`. */
  readonly step: string;
  readonly verdict: Verdict;
  /** What was seen: the first line sums it up. */
  readonly seen: readonly string[];
  /** What to try next. */
  readonly next?: string;
  /** The same for programs. */
  readonly facts?: Readonly<Record<string, unknown>>;
}
