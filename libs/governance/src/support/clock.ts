/** Milliseconds on a clock that never goes back, the one deadlines are given on; tests pass their own. */
export type Clock = () => number;

/** The clock of `performance.now()`, looked up per call so that fake timers reach it. */
export const monotonicClock: Clock = () => performance.now();
