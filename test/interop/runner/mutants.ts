import { readFileSync } from 'node:fs';
import path from 'node:path';
import { run, type Command } from './commands.js';

/** A deliberate fault in a source file, made while it is loaded; the file itself stays as it is. */
interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const root = path.resolve(import.meta.dirname, '../../..');
const mutants = JSON.parse(
  readFileSync(path.join(root, 'test/interop/mutants.json'), 'utf8'),
) as Mutant[];

/** What mutants are tried with: enough to find each, quick enough for ten. */
const CHOICE = ['--only=replays', '--only=Kitex (Go)', '--only=Thrift, Go', '--fail-fast'];

/** Runs the matrix with each mutant; every one of them must make it fail. Returns the exit code. */
export async function runMutants(): Promise<number> {
  let survived = 0;
  for (const { name } of mutants) {
    const command: Command = [
      process.execPath,
      path.join(root, 'scripts/run-from-sources.mjs'),
      'test/interop/run.ts',
      ...CHOICE,
    ];
    const output = await run(command, { cwd: root, env: { INTEROP_MUTANT: name } }).catch(
      (error: Error) => error.message,
    );
    const failure = output.split('\n').find((line) => line.startsWith('FAIL  '));
    if (failure === undefined) {
      survived++;
    }
    console.log(`${failure === undefined ? 'SURVIVED' : 'found'}  ${name}`);
    console.log(`      ${failure ?? output.slice(-600)}`);
  }
  console.log(`${mutants.length - survived} passed, ${survived} failed`);
  return survived === 0 ? 0 : 1;
}
