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

/** Latencies kept per round: those of the first calls, which is enough for a p99. */
const MAX_SAMPLES = 1 << 17;

/** Keeps `callers` calls in flight for `milliseconds`. */
export async function load(
  client: PeerClient,
  payload: PayloadName,
  callers: number,
  milliseconds: number,
): Promise<LoadResult> {
  const samples = new Float64Array(MAX_SAMPLES);
  let kept = 0;
  let calls = 0;
  const cpuBefore = cpuNanoseconds();
  const start = performance.now();
  const end = start + milliseconds;

  async function caller(): Promise<void> {
    for (let now = start; now < end;) {
      await client.call(payload);
      const done = performance.now();
      if (kept < MAX_SAMPLES) samples[kept++] = done - now;
      calls++;
      now = done;
    }
  }

  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - start) / 1000;
  const cpuNs = cpuNanoseconds() - cpuBefore;
  const sorted = samples.subarray(0, kept).sort();
  return {
    calls,
    seconds,
    cpuNs,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
  };
}
