import { setTimeout as sleep } from 'node:timers/promises';
import type { StackName } from '../stacks/stack.js';
import { type Attack, Broken, DEFAULT_LIMITS, type Limits } from './attack.js';
import type { Child } from './child.js';
import type { Tally } from './neighbour.js';
import { GrowthMeter, socketCount } from './process-state.js';
import { openScene } from './scene.js';
import { neighbourOf, type Stage } from './stage.js';
import { beyond, leftBehind, type State } from './verdict.js';
import type { Strain } from './vitals.js';
import { VITALS_TIMEOUT_MS, vitalsOf } from './vitals-of.js';

const LOOK_EVERY_MS = 100;
/** Rounds of the long form: what an attack leaves behind adds up. */
const LONG_ROUNDS = 5;

/** What came of an attack. */
export interface Result {
  readonly name: string;
  readonly kind: string;
  readonly stack: StackName;
  readonly passed: boolean;
  /** What was seen, and what did not hold. */
  readonly outcome: string;
  /** The same of the first attempt, where this is the second. */
  readonly firstOutcome?: string;
  readonly neighbour: Tally;
  /** Growth of resident memory at its highest, in MiB. */
  readonly peakMb: number;
  /** Longest stall of the event loop in milliseconds; `undefined` if the process did not answer afterwards. */
  readonly stallMs: number | undefined;
  readonly durationMs: number;
}

/** How attacks are carried out. */
export interface FightOptions {
  readonly stack: StackName;
  /** Whether the long form is asked for. */
  readonly long: boolean;
}

/** Carries an attack out and judges it. */
export async function fight(attack: Attack, stage: Stage, options: FightOptions): Promise<Result> {
  const { victim } = stage;
  const limits = { ...DEFAULT_LIMITS, ...attack.limits };
  const neighbour = neighbourOf(stage.neighbour);
  if (attack.module !== undefined) {
    await victim.load(attack.module);
  }
  await neighbour.touch();
  const before = await stateOf(victim);
  await vitalsOf(victim).watch();
  await neighbour.start();
  const growth = new GrowthMeter(victim.pid);
  const startedAt = performance.now();
  const [seen, problems] = await carryOutRounds(attack, stage, limits, options);
  const durationMs = performance.now() - startedAt;
  const tally = await neighbour.stop().catch((error: Error) => lost(error));
  const peakMb = growth.stop();
  const strain = await vitalsOf(victim)
    .strain()
    .catch(() => undefined);

  problems.push(...harmTo(victim, limits, peakMb, strain));
  if (!victim.hasEnded && strain !== undefined) {
    problems.push(...(await remains(victim, before, limits.settleMs)));
  }
  if (tally.failed > 0 || tally.succeeded === 0) {
    problems.push(`neighbour: ${tally.failures[0] ?? 'no call succeeded'}`);
  }
  return {
    name: attack.name,
    kind: attack.kind,
    stack: options.stack,
    passed: problems.length === 0,
    outcome: [seen, ...problems].filter((text) => text !== '').join('; '),
    neighbour: tally,
    peakMb,
    stallMs: strain?.stallMs,
    durationMs,
  };
}

/** What was seen in the last round, and what did not hold. */
async function carryOutRounds(
  attack: Attack,
  stage: Stage,
  limits: Limits,
  options: FightOptions,
): Promise<[string, string[]]> {
  let seen = '';
  try {
    for (let round = 0; round < (options.long ? LONG_ROUNDS : 1); round++) {
      seen = await carryOutOnce(attack, stage, limits, options);
      if (options.long) {
        // Garbage of one round is not the memory of the next one.
        await vitalsOf(stage.victim).vitals();
      }
    }
    return [seen, []];
  } catch (error) {
    const text = error instanceof Broken ? error.message : String(error).split('\n')[0]!;
    return ['', [text]];
  }
}

async function carryOutOnce(
  attack: Attack,
  stage: Stage,
  { durationMs }: Limits,
  { stack }: FightOptions,
): Promise<string> {
  const { scene, close } = openScene(stage, stack);
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
    await close();
  }
}

async function stateOf(victim: Child): Promise<State> {
  const vitals = await vitalsOf(victim).vitals();
  return { ...vitals, sockets: socketCount(victim.pid) };
}

function harmTo(
  victim: Child,
  limits: Limits,
  peakMb: number,
  strain: Strain | undefined,
): string[] {
  if (victim.hasEnded) {
    return [victim.describeEnd()];
  }
  return strain === undefined
    ? [`the event loop was still blocked ${VITALS_TIMEOUT_MS} ms later`]
    : beyond(limits, peakMb, strain);
}

/** Waits until the process holds no more than before, or for as long as that may take. */
async function remains(victim: Child, before: State, settleMs: number): Promise<string[]> {
  const until = performance.now() + settleMs;
  for (;;) {
    let problems: string[];
    try {
      problems = leftBehind(before, await stateOf(victim));
    } catch (error) {
      return [(error as Error).message];
    }
    if (problems.length === 0 || performance.now() > until) {
      return problems;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/** A neighbour that cannot say what came of its calls is the victim itself, or waits for it. */
function lost(error: Error): Tally {
  return { succeeded: 0, failed: 1, slowestMs: NaN, failures: [error.message] };
}
