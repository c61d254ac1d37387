import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Schedule } from './schedule.js';

/** How much load, and how it is given. */
export interface Load {
  /** Most calls in flight. */
  readonly concurrency: number;
  /** When calls begin; without it each caller begins its next call when the last one ended. */
  readonly schedule?: Schedule;
  /** Calls in all. */
  readonly requests?: number;
  /** No call begins later than this. */
  readonly durationMs?: number;
  /** Ends the run; calls in flight are not waited for beyond what `call` does with it. */
  readonly signal: AbortSignal;
}

/**
 * One call: the number counts from 1. `intendedMs` is when it should have begun, by `performance.now()`; with a rate it may
 * lie in the past, because all callers were busy. Latency that counts from it is free of coordinated omission. Resolves to
 * whether the call found no connection.
 */
export type TimedCall = (sequence: number, intendedMs: number) => Promise<boolean>;

const FIRST_PAUSE_MS = 10;
const MAX_PAUSE_MS = 1000;

/** Runs calls until there are enough, the time is over or the signal aborts. Returns how many began. */
export async function runLoad(load: Load, call: TimedCall): Promise<number> {
  const { schedule, concurrency, requests = Infinity, durationMs = Infinity, signal } = load;
  const startMs = performance.now();
  const most = schedule?.due ?? requests;
  let begun = 0;
  const caller = async (): Promise<void> => {
    let failures = 0;
    // A server that is too slow must not keep the run going, so calls that are due at its end are dropped.
    while (begun < most && !signal.aborted && performance.now() - startMs < durationMs) {
      const index = begun;
      begun += 1;
      let intendedMs = performance.now();
      if (schedule !== undefined) {
        intendedMs = startMs + schedule.momentOf(index);
        if (!(await reached(intendedMs, signal))) {
          begun -= 1;
          return;
        }
      }
      const isUnreachable = await call(index + 1, intendedMs);
      failures = isUnreachable ? failures + 1 : 0;
      if (failures > 0 && schedule === undefined) {
        await pause(failures, signal);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, most) }, caller));
  if (schedule !== undefined && durationMs !== Infinity) {
    // The period counts, not the last reply in it.
    await reached(startMs + durationMs, signal);
  }
  return begun;
}

/** A server that refuses connections would otherwise be asked as fast as the machine can. */
async function pause(failures: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10));
  const ms = longest * (0.5 + Math.random() / 2);
  await sleep(ms, undefined, { signal }).catch(() => {});
}

/** Waits for a moment. A timer is exact to a millisecond only, so the last one is waited for in turns of the event loop. */
async function reached(momentMs: number, signal: AbortSignal): Promise<boolean> {
  const wholeMs = Math.floor(momentMs - performance.now());
  if (wholeMs > 0) {
    await sleep(wholeMs, undefined, { signal }).catch(() => {});
  }
  while (!signal.aborted && performance.now() < momentMs) {
    await nextTurn();
  }
  return !signal.aborted;
}
