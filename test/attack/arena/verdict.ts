import type { Limits } from './attack.js';
import type { Strain, Vitals } from './vitals.js';

/** Caches, compiled code and pages that the heap keeps. */
const HELD_TOLERANCE_MB = 32;

/** What a process holds at rest. */
export interface State extends Vitals {
  readonly sockets: number;
}

/** What went beyond the limits while a process was attacked, in words. */
export function beyond(limits: Limits, peakMb: number, { stallMs, warnings }: Strain): string[] {
  const problems: string[] = [];
  if (peakMb > limits.peakMb) {
    problems.push(`memory grew by ${Math.round(peakMb)} MB, allowed are ${limits.peakMb}`);
  }
  if (stallMs > limits.stallMs) {
    problems.push(`event loop stalled ${Math.round(stallMs)} ms, allowed are ${limits.stallMs}`);
  }
  return [...problems, ...warnings];
}

/** What a process holds that it did not hold before, in words. */
export function leftBehind(before: State, after: State): string[] {
  const problems: string[] = [];
  const heldMb = after.heldMb - before.heldMb;
  if (heldMb > HELD_TOLERANCE_MB) {
    problems.push(`${Math.round(heldMb)} MB still held`);
  }
  if (after.sockets > before.sockets) {
    problems.push(`sockets ${before.sockets} → ${after.sockets} not closed`);
  }
  const kinds = Object.entries(after.resources)
    .filter(([kind, count]) => count > (before.resources[kind] ?? 0))
    .map(([kind, count]) => `${kind} ${before.resources[kind] ?? 0} → ${count}`);
  if (kinds.length > 0) {
    problems.push(`left behind: ${kinds.join(', ')}`);
  }
  return problems;
}
