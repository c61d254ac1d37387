import { parseArgs } from 'node:util';
import { check } from './check.js';
import { keepCrash, readInput } from './corpus.js';
import { targetOf, targets } from './targets/index.js';
import { watchedRun } from './watched-run.js';

const HELP = `Usage: npm run fuzz -- [options]

Feeds what takes bytes from outside with inputs made from test/fuzz/corpus.

  --target NAME    one of ${targets.map(({ name }) => name).join(', ')};
                   may be given several times. Default: all
  --seconds N      time for all targets together. Default 60
  --seed N         where the inputs come from: the same seed gives the same inputs. Default: the time
  --input FILE     uses one kept input of one target instead, with the error in full

Exit code 1 when something was found; the inputs are kept in test/fuzz/crashes.
`;

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string' },
    input: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});

if (values.help) {
  process.stdout.write(HELP);
} else if (values.input !== undefined) {
  await useInput(values.input);
} else {
  await fuzzAll();
}

async function useInput(path: string): Promise<void> {
  const [name] = values.target ?? [];
  if (name === undefined) {
    throw new TypeError('--input needs --target');
  }
  const target = targetOf(name);
  await check(target, readInput(path));
  await target.close?.();
  console.log(`${name} takes ${path}`);
}

async function fuzzAll(): Promise<void> {
  const names = (values.target ?? targets.map(({ name }) => name)).map(
    (name) => targetOf(name).name,
  );
  const seconds = positive('seconds', values.seconds) / names.length;
  const seed = values.seed === undefined ? Date.now() % 2 ** 31 : positive('seed', values.seed);
  console.log(`seed ${seed}, ${seconds.toFixed(1)} s for each of ${names.length} targets`);
  let failed = 0;
  for (const name of names) {
    if (!(await fuzzOne(name, seed, seconds))) {
      failed++;
    }
  }
  console.log(`${names.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

async function fuzzOne(name: string, seed: number, seconds: number): Promise<boolean> {
  const { inputs, findings } = await watchedRun(name, seed, seconds, (count) => {
    if (process.stderr.isTTY) {
      process.stderr.write(`\r${name}: ${count} inputs `);
    }
  });
  if (process.stderr.isTTY) {
    process.stderr.write('\r\x1b[K');
  }
  console.log(`${findings.length === 0 ? 'ok  ' : 'FAIL'}  ${name}: ${inputs} inputs`);
  for (const { input, index, text } of findings) {
    const path = keepCrash(targetOf(name), input);
    console.log(`\n  input ${index} of seed ${seed}, ${input.length} bytes:`);
    console.log(text.replaceAll(/^/gm, '    '));
    console.log(`  again: npm run fuzz -- --target ${name} --input ${path}\n`);
  }
  return findings.length === 0;
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (value > 0) {
    return value;
  }
  throw new RangeError(`--${option} must be a number above 0, got ${text}`);
}
