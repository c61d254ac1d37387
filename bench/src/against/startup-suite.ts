import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { generateCode, writeIdlFiles } from '../startup/files.js';
import type { Build } from './build.js';
import { logRatioInTurns, type Builds, type Suite } from './suite.js';

const WORKER = fileURLToPath(new URL('./startup-worker.js', import.meta.url));
const FILES = 100;
const ROUNDS = 2;

/** Arguments of the worker, by name of the row. */
type Starts = ReadonlyMap<string, readonly string[]>;

/** Fresh processes that import the packages, code generated from a hundred IDL files, or load these files. */
export async function startupSuite(builds: Builds): Promise<Suite> {
  const starts = { new: await prepare(builds.new), old: await prepare(builds.old) };
  return {
    async pass() {
      const rows = new Map<string, number>();
      for (const row of starts.new.keys()) {
        rows.set(row, await logRatioInTurns(starts, ROUNDS, (of) => cpuNs(row, of.get(row)!)));
      }
      return rows;
    },
  };
}

/** Writes what the processes of a build load: below its benchmark, so that the packages are found, until the exit. */
async function prepare(build: Build): Promise<Starts> {
  const folder = mkdtempSync(`${build.dist}/startup-`);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const [idl, generated, entry] = [`${folder}/idl`, `${folder}/generated`, `${folder}/entry.mjs`];
  writeIdlFiles(idl, FILES);
  await generateCode(build.cli, idl, generated);
  writeFileSync(entry, "import '@nestjs-thrift/microservice';\n");
  const load = build.moduleUrl('startup/load.js');
  return new Map([
    ['startup: import of microservice', ['generated', generated, pathToFileURL(entry).href]],
    [`startup: ${FILES} generated files`, ['generated', generated, load]],
    [`startup: ${FILES} IDL files`, ['idl', idl, load]],
  ]);
}

async function cpuNs(row: string, args: readonly string[]): Promise<number> {
  const child = fork(WORKER, args, {
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let measured: number | undefined;
  child.on('message', (value) => (measured = Number(value)));
  const [code] = await once(child, 'exit');
  if (measured === undefined) {
    throw new Error(`${row}: the process ended with ${code} before it had loaded ${args.at(-1)}`);
  }
  return measured;
}
