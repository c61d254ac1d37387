import type { Child, Remote } from './child.js';
import type * as vitals from './vitals.js';

/** A process whose event loop is blocked for longer has failed; nothing more is asked of it. */
export const VITALS_TIMEOUT_MS = 5_000;

/** The functions that measure a process from within. */
export function vitalsOf(child: Child): Remote<typeof vitals> {
  return child.module<typeof vitals>(new URL('./vitals.ts', import.meta.url), VITALS_TIMEOUT_MS);
}
