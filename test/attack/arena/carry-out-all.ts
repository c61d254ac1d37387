import type { StackName } from '../stacks/stack.js';
import type { Attack, VictimKind } from './attack.js';
import { fight, type FightOptions, type Result } from './fight.js';
import { type SharedStage, startStage } from './stage.js';

export interface AttackOptions extends FightOptions {
  /** Whether an attack that did not hold is carried out a second time. */
  readonly again: boolean;
}

/**
 * Carries attacks out one after another. A process that an attack did no harm is attacked again; otherwise the next attack gets
 * a new one.
 */
export async function carryOutAll(
  attacks: readonly Attack[],
  options: AttackOptions,
  onResult: (result: Result) => void,
): Promise<Result[]> {
  const results: Result[] = [];
  const stages = new Map<VictimKind, SharedStage>();
  try {
    for (const attack of attacks) {
      let result = await carryOut(attack, stages, options);
      onResult(result);
      if (!result.passed && options.again) {
        const firstOutcome = result.outcome;
        result = { ...(await carryOut(attack, stages, options)), firstOutcome };
        onResult(result);
      }
      results.push(result);
    }
  } finally {
    await Promise.all([...stages.values()].map((stage) => stage.close()));
  }
  return results;
}

async function carryOut(
  attack: Attack,
  stages: Map<VictimKind, SharedStage>,
  options: FightOptions,
): Promise<Result> {
  const { victim } = attack;
  if (typeof victim === 'function') {
    const own = await victim(options.stack);
    const result = await fight(attack, own, options);
    await own.close();
    return result;
  }
  const stage = await stageOf(victim, stages, options.stack);
  const result = await fight(attack, stage, options);
  if (!result.passed) {
    await stage.victim.kill();
  }
  return result;
}

async function stageOf(
  kind: VictimKind,
  stages: Map<VictimKind, SharedStage>,
  stack: StackName,
): Promise<SharedStage> {
  const previous = stages.get(kind);
  if (previous !== undefined && !previous.victim.hasEnded) {
    return previous;
  }
  stages.delete(kind);
  const stage = await startStage(kind, stack, { previous }).catch(async () => {
    // The process that was to be used again has suffered too.
    await previous?.close();
    return await startStage(kind, stack);
  });
  stages.set(kind, stage);
  return stage;
}
