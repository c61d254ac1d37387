import { setTimeout as sleep } from 'node:timers/promises';
import type { Child, Remote } from './child.js';
import type * as vitals from './vitals.js';

/** A process whose event loop is blocked for longer has failed; nothing more is asked of it. */
export const VITALS_TIMEOUT_MS = 5_000;

const SAMPLES = 4;
const SAMPLE_EVERY_MS = 100;

/** The functions that measure a process from within. */
export function vitalsOf(child: Child): Remote<typeof vitals> {
  return child.module<typeof vitals>(new URL('./vitals.ts', import.meta.url), VITALS_TIMEOUT_MS);
}

/** Memory that a process holds on to, in MiB: the least of some samples, since buffers are freed some collections later. */
export async function heldMegabytes(child: Child): Promise<number> {
  let heldMb = Infinity;
  for (let sample = 0; sample < SAMPLES; sample++) {
    heldMb = Math.min(heldMb, (await vitalsOf(child).vitals()).heldMb);
    await sleep(SAMPLE_EVERY_MS);
  }
  return heldMb;
}
