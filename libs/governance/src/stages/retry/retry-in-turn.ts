import { CancelledError } from '@nestjs-thrift/transport';
import { abortableSleep } from '../../support/clock.js';
import { conclude, runAttempt, stopReason, type Ended, type RetryRun } from './retry-run.js';

/**
 * Additional attempts, one after the other, until one succeeds, there is no cause for another, or a limit is reached.
 *
 * @param first how the first attempt ended.
 * @param startedAt when it began; needed only where the policy limits the duration.
 */
export async function retryInTurn<T>(
  run: RetryRun<T>,
  first: Ended<T>,
  startedAt: number,
): Promise<T> {
  const { settings, signal } = run;
  let ended = first;
  for (let attempts = 1; ; attempts += 1) {
    if (!run.shouldRetry(ended)) {
      return conclude(ended, undefined, attempts, settings);
    }
    const waitMs = settings.backoff(attempts);
    const reason = stopReason(run, attempts, startedAt, waitMs);
    if (reason !== undefined) {
      run.onStop?.(reason, attempts);
      return conclude(ended, reason, attempts, settings);
    }
    await waitOrCancel(waitMs, signal);
    run.onRetry?.(attempts, ended);
    ended = await runAttempt(run, attempts, signal);
  }
}

/** @throws CancelledError as soon as the caller cancels the call, also during the wait. */
async function waitOrCancel(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  if (waitMs <= 0 && !signal?.aborted) {
    return;
  }
  try {
    await abortableSleep(waitMs, signal);
  } catch (reason) {
    throw cancelledInWait(reason);
  }
}

/** The caller cancelled the call between two attempts. */
export function cancelledInWait(reason: unknown): CancelledError {
  return new CancelledError('the call was cancelled while it waited to be tried again', {
    cause: reason,
  });
}
