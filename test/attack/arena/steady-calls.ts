/** When a call began, and what came of it. */
export type CallRecord = readonly [startedAt: number, error: string | undefined];

const CALL_EVERY_MS = 20;
/** Calls may fail for other reasons, such as a slow machine. */
const MAX_LATE_SHARE = 0.1;

/**
 * Calls at a steady rate, whatever becomes of earlier calls.
 *
 * @returns ends it; resolves to the calls once the last one has settled.
 */
export function callSteadily(call: () => Promise<unknown>): () => Promise<CallRecord[]> {
  const records: CallRecord[] = [];
  const pending = new Set<Promise<unknown>>();
  const timer = setInterval(() => {
    const startedAt = Date.now();
    const settled = call()
      .then(
        () => records.push([startedAt, undefined]),
        (error: Error) => records.push([startedAt, error.message]),
      )
      .finally(() => pending.delete(settled));
    pending.add(settled);
  }, CALL_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await Promise.all(pending);
    return records;
  };
}

/** What became of calls, and of those that began when the client should have noticed. */
export interface CallTally {
  readonly failures: number;
  /** Whether nearly all late calls succeed, and there are any. */
  readonly isWell: boolean;
  /** How many late calls failed, and why. */
  readonly late: string;
}

/** @param noticedAt time from which on calls are late ones. */
export function tallyCalls(records: readonly CallRecord[], noticedAt: number): CallTally {
  const failed = ([, error]: CallRecord): boolean => error !== undefined;
  const late = records.filter(([startedAt]) => startedAt > noticedAt);
  const lateFailures = late.filter(failed);
  return {
    failures: records.filter(failed).length,
    isWell: late.length > 0 && lateFailures.length <= late.length * MAX_LATE_SHARE,
    late: `${lateFailures.length} of ${late.length}: ${lateFailures[0]?.[1]}`,
  };
}
