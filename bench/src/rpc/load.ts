import { performance } from 'node:perf_hooks';
import type { PayloadName } from '../payloads.js';
import { cpuNanoseconds, percentile } from '../statistics.js';
import type { PeerClient } from './peer.js';

/** What one round of load showed on the client's side. */
export interface LoadResult {
  readonly calls: number;
  readonly seconds: number;
  /** CPU time of the client process, in nanoseconds, all calls together. */
  readonly cpuNs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * Every call is timed until so many have been, then one in `TIMED_SHARE`: looking at the clock, and sorting what it said,
 * costs as much as a tenth of the fastest peers' calls.
 */
const ALL_TIMED = 4096;
const TIMED_SHARE = 8;
const MAX_SAMPLES = 1 << 16;

/** How long to make calls: for a time, or until so many have been started. */
export type LoadLimit = { readonly milliseconds: number } | { readonly calls: number };

/** Keeps `callers` calls in flight. */
export async function load(
  client: PeerClient,
  payload: PayloadName,
  callers: number,
  limit: LoadLimit,
): Promise<LoadResult> {
  const samples = new Float64Array(MAX_SAMPLES);
  let kept = 0;
  let calls = 0;
  let isOver = false;
  let unstarted = 'calls' in limit ? limit.calls : Infinity;
  const cpuBefore = cpuNanoseconds();
  const start = performance.now();
  if ('milliseconds' in limit) {
    setTimeout(() => (isOver = true), limit.milliseconds);
  }

  const isTimed = () => kept < ALL_TIMED || (calls % TIMED_SHARE === 0 && kept < MAX_SAMPLES);

  async function caller(): Promise<void> {
    while (!isOver && unstarted-- > 0) {
      if (isTimed()) {
        const from = performance.now();
        await client.call(payload);
        samples[kept++] = performance.now() - from;
      } else {
        await client.call(payload);
      }
      calls++;
    }
  }

  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - start) / 1000;
  const cpuNs = cpuNanoseconds() - cpuBefore;
  const sorted = samples.subarray(0, Math.min(kept, MAX_SAMPLES)).sort();
  return {
    calls,
    seconds,
    cpuNs,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
  };
}
