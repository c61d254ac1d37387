/** Waits; rejects with the reason of the signal as soon as it fires. */
export function abortableSleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Milliseconds on a clock that never goes back, the one deadlines are given on; tests pass their own. */
export type Clock = () => number;

/** The clock of `performance.now()`, looked up per call so that fake timers reach it. */
export const monotonicClock: Clock = () => performance.now();
