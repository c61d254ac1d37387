import type { Attack } from '../arena/attack.js';
import { carryOutAll } from '../arena/carry-out-all.js';
import type { Result } from '../arena/fight.js';
import { STACK_NAMES, type StackName } from '../stacks/stack.js';
import { writeReport } from './markdown.js';
import { printResult } from './print.js';

/**
 * Carries attacks out on this project, then those that apply on the other stacks, and writes the report.
 *
 * @returns whether all held on this project; the results of the other stacks do not count.
 */
export async function compare(attacks: readonly Attack[], long: boolean): Promise<boolean> {
  const results: Result[] = [];
  for (const stack of STACK_NAMES) {
    console.log(`\n${stack}`);
    const chosen = attacks.filter((attack) => appliesTo(attack, stack));
    results.push(...(await carryOutAll(chosen, { stack, long, again: false }, printResult)));
  }
  const path = await writeReport(attacks, results);
  console.log(`\nwritten: ${path}`);
  return results.every(({ passed, stack }) => passed || stack !== 'nestjs-thrift');
}

function appliesTo({ comparedWith = [] }: Attack, stack: StackName): boolean {
  return stack === 'nestjs-thrift' || comparedWith.includes(stack);
}
