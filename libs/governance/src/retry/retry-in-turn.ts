import { CancelledError } from '@nestjs-thrift/transport';
import { abortableSleep } from '../time/abortable-sleep.js';
import { conclude, runAttempt, stopReason, type RetryRun } from './retry-run.js';

/** One attempt after the other until one is good, there is no cause for another, or a limit is reached. */
export async function retryInTurn<T>(run: RetryRun<T>): Promise<T> {
  const { settings, signal } = run;
  const startedAt = run.clock();
  for (let attempt = 0; ; attempt += 1) {
    const ended = await runAttempt(run, attempt, signal);
    if (!run.shouldRetry(ended)) {
      return conclude(ended, undefined, attempt + 1, settings);
    }
    const waitMs = settings.backoff(attempt + 1);
    const reason = stopReason(run, attempt + 1, startedAt, waitMs);
    if (reason !== undefined) {
      run.onStop?.(reason, attempt + 1);
      return conclude(ended, reason, attempt + 1, settings);
    }
    await waitOrCancel(waitMs, signal);
    run.onRetry?.(attempt + 1, ended);
  }
}

/** @throws CancelledError as soon as the caller no longer wants the call, also during the wait. */
export async function waitOrCancel(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  if (waitMs <= 0 && !signal?.aborted) {
    return;
  }
  try {
    await abortableSleep(waitMs, signal);
  } catch (reason) {
    throw new CancelledError('the call was cancelled while it waited to be tried again', {
      cause: reason,
    });
  }
}
