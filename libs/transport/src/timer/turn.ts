import { setImmediate } from 'node:timers';

/** Something that has bytes to hand to its socket. */
export interface Flushable {
  flush(): void;
}

let waiting: Flushable[] = [];
let flushing: Flushable[] = [];
let isEndAwaited = false;
let now = 0;
let isNowKnown = false;

/** Flushes at the end of this turn of the event loop, everything that asked in one go. */
export function flushSoon(target: Flushable): void {
  waiting.push(target);
  awaitEnd();
}

/**
 * The time on the clock of `performance.now()`, as it was when this turn of the event loop asked for it first: reading
 * the clock costs as much as decoding a small message. For what may be off by as long as the process works without a
 * pause, and nothing that a caller waits for.
 */
export function turnNow(): number {
  if (!isNowKnown) {
    now = performance.now();
    isNowKnown = true;
    awaitEnd();
  }
  return now;
}

function awaitEnd(): void {
  if (!isEndAwaited) {
    isEndAwaited = true;
    setImmediate(endTurn);
  }
}

function endTurn(): void {
  isEndAwaited = false;
  isNowKnown = false;
  const batch = waiting;
  waiting = flushing;
  flushing = batch;
  for (const target of batch) {
    target.flush();
  }
  batch.length = 0;
}
