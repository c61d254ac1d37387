import { signalListeners } from '@nestjs-thrift/transport/internal';

/** Waits; rejects with the reason of the signal as soon as it fires. */
export function abortableSleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    if (signal === undefined) {
      setTimeout(resolve, ms);
      return;
    }
    const wait = {
      cancel(): void {
        clearTimeout(timer);
        signalListeners.remove(signal, wait);
        reject(signal.reason as Error);
      },
    };
    const timer = setTimeout(() => {
      signalListeners.remove(signal, wait);
      resolve();
    }, ms);
    signalListeners.add(signal, wait);
  });
}

/** Milliseconds on a clock that never goes back, the one deadlines are given on; tests pass their own. */
export type Clock = () => number;

/** The clock of `performance.now()`, looked up per call so that fake timers reach it. */
export const monotonicClock: Clock = () => performance.now();
