import { setImmediate } from 'node:timers';

/** Something that has bytes to hand to its socket. */
export interface Flushable {
  flush(): void;
}

let waiting: Flushable[] = [];
let flushing: Flushable[] = [];

/** Flushes at the end of this turn of the event loop, everything that asked in one go. */
export function flushSoon(target: Flushable): void {
  if (waiting.push(target) === 1) {
    setImmediate(flushAll);
  }
}

function flushAll(): void {
  const batch = waiting;
  waiting = flushing;
  flushing = batch;
  for (const target of batch) {
    target.flush();
  }
  batch.length = 0;
}
