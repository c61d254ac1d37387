import { setMaxListeners } from 'node:events';
import { endWith, isConnectFailure } from '../../connection/failure-message.js';
import type { CommandIo } from '../../terminal/terminal.js';
import { scheduleOf, type BenchCommandOptions } from './bench-options.js';
import { LiveView } from './live-view.js';
import { failureOf, Measurements, type Failure, type Summary } from './measurements.js';
import { runLoad, type Load } from './run-load.js';

/** Sends one call; rejects with the error of the call. */
type Call = (sequence: number, signal: AbortSignal) => Promise<unknown>;

/** Failures that come at once, without a call on the wire: the caller pauses after them. */
const UNREACHABLE: ReadonlySet<string> = new Set(['CONNECT_FAILED', 'NOT_SENT', 'POOL_EXHAUSTED']);

/**
 * Warms up, then measures. Ctrl-C ends it with what there is so far; calls it cancelled are not counted.
 *
 * @throws CommandFailure if the very first call finds no connection
 */
export async function measureLoad(
  call: Call,
  options: BenchCommandOptions,
  io: CommandIo,
): Promise<Summary> {
  const { concurrency, requests, duration, warmup } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([io.signal, stop.signal]);
  // Every call in flight listens.
  setMaxListeners(0, signal);
  let fault: unknown;
  let ended = 0;
  const attempt = async (sequence: number): Promise<Failure | undefined> => {
    const failure = await call(sequence, signal).then(
      () => undefined,
      (error: unknown) => {
        if (ended === 0 && isConnectFailure(error)) {
          fault ??= error;
        }
        return classify(error);
      },
    );
    ended += 1;
    if (fault !== undefined) {
      stop.abort();
    }
    return failure;
  };
  const classify = (error: unknown): Failure | undefined => {
    try {
      return failureOf(error);
    } catch (unexpected) {
      fault ??= unexpected;
      return undefined;
    }
  };
  if (warmup > 0) {
    await runLoad({ concurrency, requests: warmup, signal }, async (sequence) =>
      isUnreachable(await attempt(sequence)),
    );
  }
  const schedule = scheduleOf(options);
  const durationMs = options.stages === undefined ? duration : schedule?.periodMs;
  const load: Load = {
    concurrency,
    signal,
    ...(schedule && { schedule }),
    ...(durationMs === undefined ? { requests } : { durationMs }),
  };
  const measurements = new Measurements(durationMs);
  const view = new LiveView(measurements, options, schedule?.periodMs ?? durationMs, io);
  const startMs = performance.now();
  let made = 0;
  try {
    made = await runLoad(load, async (sequence, intendedMs) => {
      const failure = await attempt(warmup + sequence);
      if (failure?.name === 'CANCELLED' && signal.aborted) {
        return false;
      }
      const nowMs = performance.now();
      measurements.add(nowMs - intendedMs, nowMs - startMs, failure);
      return isUnreachable(failure);
    });
  } finally {
    view.close();
  }
  if (fault !== undefined) {
    endWith(fault);
  }
  const elapsedMs = performance.now() - startMs;
  const interrupted = io.signal.aborted;
  const due = interrupted ? (schedule?.dueBy(elapsedMs) ?? made) : (schedule?.due ?? made);
  const periodMs = interrupted
    ? elapsedMs
    : (durationMs ?? Math.max(elapsedMs, schedule?.periodMs ?? 0));
  return measurements.summary({ interrupted, periodMs, load: { due, made } });
}

function isUnreachable(failure: Failure | undefined): boolean {
  return failure !== undefined && UNREACHABLE.has(failure.name);
}
