import type { StackName } from '../stacks/stack.js';
import type { Attack, VictimKind } from './attack.js';
import { fight, type Result } from './fight.js';
import { type SharedStage, startStage } from './stage.js';

/**
 * Carries attacks out one after another. A process that an attack did no harm is attacked again; otherwise the next attack gets
 * a new one.
 */
export async function carryOutAll(
  attacks: readonly Attack[],
  stack: StackName,
  long: boolean,
  onResult: (result: Result) => void,
): Promise<Result[]> {
  const results: Result[] = [];
  const stages = new Map<VictimKind, SharedStage>();
  try {
    for (const attack of attacks) {
      const result = await carryOut(attack, stages, stack, long);
      results.push(result);
      onResult(result);
    }
  } finally {
    await Promise.all([...stages.values()].map((stage) => stage.close()));
  }
  return results;
}

async function carryOut(
  attack: Attack,
  stages: Map<VictimKind, SharedStage>,
  stack: StackName,
  long: boolean,
): Promise<Result> {
  const { victim } = attack;
  if (typeof victim === 'function') {
    const own = await victim(stack);
    const result = await fight(attack, own, { stack, long });
    await own.close();
    return result;
  }
  const stage = stages.get(victim);
  const current =
    stage === undefined || stage.victim.hasEnded
      ? await startStage(victim, stack, {}, stage)
      : stage;
  stages.set(victim, current);
  const result = await fight(attack, current, { stack, long });
  if (!result.passed) {
    await current.victim.kill();
  }
  return result;
}
