import type { CommandIo } from '../../terminal/terminal.js';
import type { Measurements } from './measurements.js';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

const REDRAW_MS = 200;
const LINE_MS = 5000;
const CLEAR_LINE = '\r\u001b[2K';

/** Shows how far a run is: one line that is redrawn on a terminal, else a line every few seconds. Returns how to stop. */
export function showProgress(measurements: Measurements, io: CommandIo): () => void {
  const { stderr } = io;
  const startMs = performance.now();
  const draw = (): void => {
    const seconds = (performance.now() - startMs) / 1000;
    const line = `${measurements.calls} calls in ${seconds.toFixed(1)} s, ${Math.round(measurements.calls / seconds)}/s`;
    stderr.write(stderr.isTTY ? `${CLEAR_LINE}${line}` : `${line}\n`);
  };
  const timer = setInterval(draw, stderr.isTTY ? REDRAW_MS : LINE_MS);
  return () => {
    clearInterval(timer);
    if (stderr.isTTY) {
      stderr.write(CLEAR_LINE);
    }
  };
}

/** How much load, and how it is given. */
export interface Load {
  /** Most calls in flight. */
  readonly concurrency: number;
  /** Calls that begin per second; without it each caller begins its next call when the last one ended. */
  readonly rate?: number;
  /** Calls in all. */
  readonly requests?: number;
  /** No call begins later than this. */
  readonly durationMs?: number;
  /** Ends the run; calls in flight are not waited for beyond what `call` does with it. */
  readonly signal: AbortSignal;
}

/**
 * One call: the number counts from 1. `intendedMs` is when it should have begun, by `performance.now()`; with a rate it may
 * lie in the past, because all callers were busy. Latency that counts from it is free of coordinated omission.
 */
export type TimedCall = (sequence: number, intendedMs: number) => Promise<void>;

/** Runs calls until there are enough, the time is over or the signal aborts. */
export async function runLoad(load: Load, call: TimedCall): Promise<void> {
  const { concurrency, rate, requests = Infinity, durationMs = Infinity, signal } = load;
  const startMs = performance.now();
  let begun = 0;
  const caller = async (): Promise<void> => {
    while (begun < requests && !signal.aborted) {
      const intendedMs = rate === undefined ? performance.now() : startMs + (begun / rate) * 1000;
      if (intendedMs - startMs >= durationMs) {
        return;
      }
      // With a rate, calls that were due may still wait for a free caller; a server that is too slow must not keep the run going.
      if (performance.now() - startMs >= durationMs) {
        return;
      }
      begun += 1;
      const sequence = begun;
      if (rate !== undefined && !(await reached(intendedMs, signal))) {
        return;
      }
      await call(sequence, intendedMs);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, requests) }, caller));
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
