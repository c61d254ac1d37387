import { InvalidArgumentError } from 'commander';
import { durationMs } from '../../connection/durations.js';

/** A part of a run in which the rate goes from one value to another in a straight line. */
export interface RateStage {
  readonly durationMs: number;
  /** Calls per second at the start and at the end. */
  readonly from: number;
  readonly to: number;
}

/** When the calls of an open load begin. */
export interface Schedule {
  /** How long the load lasts. */
  readonly periodMs: number;
  /** Calls that are due in the whole period. */
  readonly due: number;
  /** When the call with this number, from 0, begins: milliseconds after the start. */
  momentOf(index: number): number;
  /** Calls that are due in the first milliseconds. */
  dueBy(elapsedMs: number): number;
}

/** The same rate for a number of calls or a time. */
export function constantRate(
  rate: number,
  { requests, durationMs: period }: { readonly requests?: number; readonly durationMs?: number },
): Schedule {
  const periodMs = period ?? (requests! / rate) * 1000;
  // The call that would begin as the period ends is not part of it; the tolerance is that of floating point.
  const due = requests ?? Math.max(1, Math.ceil((periodMs * rate) / 1000 - 1e-9));
  return {
    periodMs,
    due,
    momentOf: (index) => (index / rate) * 1000,
    dueBy: (elapsedMs) => Math.min(due, Math.floor((elapsedMs * rate) / 1000) + 1),
  };
}

/** Rates that change stage by stage. */
export function stagedRate(stages: readonly RateStage[]): Schedule {
  const periodMs = stages.reduce((sum, stage) => sum + stage.durationMs, 0);
  const dueBy = (elapsedMs: number): number => {
    let [calls, startMs] = [0, 0];
    for (const stage of stages) {
      calls += callsOf(stage, Math.min(stage.durationMs, Math.max(0, elapsedMs - startMs)));
      startMs += stage.durationMs;
    }
    return Math.floor(calls + 1e-9);
  };
  const momentOf = (index: number): number => {
    // The call is due once the rate has added up to it; the first one half a call after the start.
    let left = index + 0.5;
    let startMs = 0;
    for (const stage of stages) {
      const calls = callsOf(stage, stage.durationMs);
      if (left <= calls) {
        return startMs + momentIn(stage, left);
      }
      left -= calls;
      startMs += stage.durationMs;
    }
    return periodMs;
  };
  return { periodMs, due: dueBy(periodMs), momentOf, dueBy };
}

/** Reads `30s:100,1m:100,10s:0`: each stage leads from the rate before, at first 0, to its own. */
export function parseStages(list: string): RateStage[] {
  let from = 0;
  const stages = list.split(',').map((text) => {
    const [, duration, rate] = /^\s*([\d.]+\w*)\s*:\s*([\d.]+)\s*$/.exec(text) ?? [];
    const to = Number(rate);
    if (duration === undefined || !Number.isFinite(to) || to > 1e9) {
      throw new InvalidArgumentError(
        `"${text}" must be <duration>:<calls per second>; example: 30s:100.`,
      );
    }
    const stage = { durationMs: durationMs(duration, 's'), from, to };
    from = to;
    return stage;
  });
  if (stages.every(({ to }) => to === 0)) {
    throw new InvalidArgumentError('At least one stage must have a rate above 0.');
  }
  return stages;
}

/** Calls that are due in the first milliseconds of a stage. */
function callsOf({ durationMs: period, from, to }: RateStage, elapsedMs: number): number {
  const seconds = elapsedMs / 1000;
  return from * seconds + ((to - from) * seconds * seconds) / (2 * (period / 1000));
}

/** When that many calls are due in a stage: the inverse of {@link callsOf}. */
function momentIn({ durationMs: period, from, to }: RateStage, calls: number): number {
  const slope = (to - from) / (period / 1000);
  // Not the usual form of the solution: it has no difference of near values, and works for a slope of 0.
  const seconds = (2 * calls) / (from + Math.sqrt(Math.max(0, from * from + 2 * slope * calls)));
  return seconds * 1000;
}
