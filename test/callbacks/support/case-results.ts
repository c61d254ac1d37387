import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { CaseResult } from './case-runner.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const nodeFlags = [
  '--conditions=@nestjs-thrift/source',
  '--import',
  fileURLToPath(new URL('../../interop/runner/register.mjs', import.meta.url)),
  '--disable-warning=ExperimentalWarning',
];

/** Runs all cases in a process of their own: Jest hides what reaches the process from the tests it runs. */
export async function caseResults(): Promise<readonly CaseResult[]> {
  const child = spawn(process.execPath, [...nodeFlags, 'test/callbacks/support/run-all.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (child.exitCode !== 0) {
    throw new Error(`the cases ended with ${child.exitCode}:\n${errors}`);
  }
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as CaseResult);
}
