import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedCall } from '../../traffic/recorded-call.js';

/** When calls are sent, and how many at a time. */
export interface ReplayPace {
  /** Calls per second; the intervals of the recording without it. */
  readonly rate: number | undefined;
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/**
 * Sends calls in the order of the recording. At most `concurrency` are in flight; a call that is due then is sent as soon as one
 * ends, and the recording is read no further until then.
 */
export async function runReplay(
  calls: AsyncIterable<RecordedCall>,
  { rate, concurrency, signal }: ReplayPace,
  send: (call: RecordedCall) => Promise<void>,
): Promise<void> {
  const startMs = performance.now();
  const inFlight = new Set<Promise<void>>();
  let firstMs: number | undefined;
  let index = 0;
  for await (const call of calls) {
    firstMs ??= call.timeMs;
    const dueMs = rate === undefined ? call.timeMs - firstMs : (index * 1000) / rate;
    index += 1;
    await until(startMs + dueMs, signal);
    if (inFlight.size >= concurrency) {
      await Promise.race(inFlight);
    }
    if (signal.aborted) {
      break;
    }
    const sent = send(call).finally(() => inFlight.delete(sent));
    inFlight.add(sent);
  }
  await Promise.all(inFlight);
}

async function until(momentMs: number, signal: AbortSignal): Promise<void> {
  const waitMs = momentMs - performance.now();
  if (waitMs >= 1) {
    await sleep(waitMs, undefined, { signal }).catch(() => {});
  }
}
