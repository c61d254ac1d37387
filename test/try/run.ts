import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { CASES, type Case } from './cases.js';
import { inParallel } from './commands.js';
import { Newcomer } from './newcomer.js';
import { installTools, Registry } from './registry.js';

const { values: options } = parseArgs({
  options: {
    /** Tries all cases: every package manager, and every version of Nest. */
    full: { type: 'boolean', default: false },
    /** Tries only cases whose name contains this. */
    only: { type: 'string', multiple: true },
  },
});

/** Two cores. */
const PARALLEL_CASES = 2;

const cases = CASES.filter(
  ({ name, inGate }) =>
    options.only?.some((part) => name.includes(part)) ?? (inGate || options.full),
);
let failed = 0;
installTools();
const registry = await Registry.start();
try {
  await registry.publish();
  console.log(`published to ${registry.url} after ${performance.now().toFixed(0)} ms`);
  await inParallel(PARALLEL_CASES, cases, tryCase);
} finally {
  await registry.close();
}
console.log(`${cases.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function tryCase({ name, manager, run }: Case): Promise<void> {
  const newcomer = await Newcomer.arrive(manager, registry.url);
  try {
    console.log(`ok    ${name}: ${await run(newcomer)}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}`);
    const text = `${newcomer.transcript}${(error as Error).message}`;
    console.log(text.replaceAll(/^/gm, '      '));
  } finally {
    await newcomer.leave();
  }
}
