import { setTimeout as sleep } from 'node:timers/promises';
import type { StackName } from '../stacks/stack.js';
import { dialectOf } from '../stacks/dialects.js';
import { type Attack, Broken, DEFAULT_LIMITS, type Limits, type Scene } from './attack.js';
import { Child } from './child.js';
import type { Tally } from './neighbour.js';
import { GrowthMeter, socketCount } from './process-state.js';
import { neighbourOf, type Stage } from './stage.js';
import type { Vitals } from './vitals.js';
import { VITALS_TIMEOUT_MS, vitalsOf } from './vitals-of.js';

const LOOK_EVERY_MS = 100;
/** Time for all that an attack has opened to be closed. */
const CLOSE_MS = 5_000;
/** Caches, compiled code and pages that the heap keeps. */
const HELD_TOLERANCE_MB = 32;

/** What came of an attack. */
export interface Result {
  readonly name: string;
  readonly kind: string;
  readonly stack: StackName;
  readonly passed: boolean;
  /** What was seen, and what did not hold. */
  readonly outcome: string;
  readonly neighbour: Tally;
  /** Growth of resident memory at its highest, in MiB. */
  readonly peakMb: number;
  /** Longest stall of the event loop in milliseconds; `undefined` if the process did not answer afterwards. */
  readonly stallMs: number | undefined;
  readonly durationMs: number;
}

interface State extends Vitals {
  readonly sockets: number;
}

/** Carries an attack out and judges it. */
export async function fight(
  attack: Attack,
  stage: Stage,
  { stack, long }: { readonly stack: StackName; readonly long: boolean },
): Promise<Result> {
  const { victim } = stage;
  const limits = { ...DEFAULT_LIMITS, ...attack.limits };
  const vitals = vitalsOf(victim);
  const neighbour = neighbourOf(stage.neighbour);
  const stateNow = async (): Promise<State> => ({
    ...(await vitals.vitals()),
    sockets: socketCount(victim.pid),
  });

  const before = await stateNow();
  await vitals.watch();
  const growth = new GrowthMeter(victim.pid);
  await neighbour.start();
  const startedAt = performance.now();
  const problems: string[] = [];
  const seen = await carriedOut(attack, stage, stack, long, limits).catch((error: unknown) => {
    problems.push(error instanceof Broken ? error.message : String(error).split('\n')[0]!);
    return '';
  });
  const durationMs = performance.now() - startedAt;
  const tally = await neighbour.stop().catch((error: Error) => lost(error));
  const peakMb = growth.stop();
  const strain = await vitals.strain().catch(() => undefined);

  if (victim.hasEnded) {
    problems.push(victim.describeEnd());
  } else if (strain === undefined) {
    problems.push(`the event loop was still blocked ${VITALS_TIMEOUT_MS} ms later`);
  } else {
    problems.push(
      ...beyond(limits, peakMb, strain.stallMs),
      ...strain.warnings,
      ...(await leftBehind(before, stateNow, limits.settleMs)),
    );
  }
  if (tally.failed > 0 || tally.succeeded === 0) {
    problems.push(`neighbour: ${tally.failures[0] ?? 'no call succeeded'}`);
  }
  return {
    name: attack.name,
    kind: attack.kind,
    stack,
    passed: problems.length === 0,
    outcome: [seen, ...problems].filter((text) => text !== '').join('; '),
    neighbour: tally,
    peakMb,
    stallMs: strain?.stallMs,
    durationMs,
  };
}

async function carriedOut(
  attack: Attack,
  stage: Stage,
  stack: StackName,
  long: boolean,
  { durationMs }: Limits,
): Promise<string> {
  const closing: (() => unknown)[] = [];
  const dialect = dialectOf(stack);
  const scene: Scene = {
    victim: stage.victim,
    port: stage.port,
    stack,
    dialect,
    long,
    defer: (close) => void closing.push(close),
    peer: async () => {
      const peer = await dialect.open(stage.port);
      closing.push(() => peer.destroy());
      return peer;
    },
    spawn: async (options) => {
      const child = await Child.start(options);
      closing.push(() => child.kill());
      return child;
    },
  };
  const timeout = new AbortController();
  try {
    return await Promise.race([
      attack.carryOut(scene),
      sleep(durationMs, undefined, { signal: timeout.signal }).then(() => {
        throw new Broken(`not over after ${durationMs} ms`);
      }),
    ]);
  } finally {
    timeout.abort();
    await closed(closing.reverse());
  }
}

/** Closes one after another; a process that cannot close any more is not waited for. */
async function closed(closing: readonly (() => unknown)[]): Promise<void> {
  const timeout = new AbortController();
  const late = sleep(CLOSE_MS, undefined, { signal: timeout.signal }).catch(() => undefined);
  for (const close of closing) {
    await Promise.race([late, Promise.resolve(close()).catch(() => undefined)]);
  }
  timeout.abort();
}

function beyond(limits: Limits, peakMb: number, stallMs: number): string[] {
  return [
    ...(peakMb > limits.peakMb
      ? [`memory grew by ${Math.round(peakMb)} MB, allowed are ${limits.peakMb}`]
      : []),
    ...(stallMs > limits.stallMs
      ? [`event loop stalled ${Math.round(stallMs)} ms, allowed are ${limits.stallMs}`]
      : []),
  ];
}

/** Waits until the process holds no more than before, or for as long as that may take. */
async function leftBehind(
  before: State,
  stateNow: () => Promise<State>,
  settleMs: number,
): Promise<string[]> {
  const until = performance.now() + settleMs;
  for (;;) {
    let problems: string[];
    try {
      problems = differences(before, await stateNow());
    } catch (error) {
      return [(error as Error).message];
    }
    if (problems.length === 0 || performance.now() > until) {
      return problems;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

function differences(before: State, after: State): string[] {
  const held = after.heldMb - before.heldMb;
  const kinds = Object.entries(after.resources)
    .filter(([kind, count]) => count > (before.resources[kind] ?? 0))
    .map(([kind, count]) => `${kind} ${before.resources[kind] ?? 0} → ${count}`);
  return [
    ...(held > HELD_TOLERANCE_MB ? [`${Math.round(held)} MB still held`] : []),
    ...(after.sockets > before.sockets
      ? [`sockets ${before.sockets} → ${after.sockets} not closed`]
      : []),
    ...(kinds.length > 0 ? [`left behind: ${kinds.join(', ')}`] : []),
  ];
}

/** A neighbour that cannot say what came of its calls is the victim itself, or waits for it. */
function lost(error: Error): Tally {
  return { succeeded: 0, failed: 1, slowestMs: NaN, failures: [error.message] };
}
