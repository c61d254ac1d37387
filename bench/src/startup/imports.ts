import { execFile } from 'node:child_process';
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from '../statistics.js';

const run = promisify(execFile);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const LIBS = here('../../../../libs');
/** What tsc writes of a package, one file for each source. */
const COMPILED = '.cache/build';
const IMPORTED = ['@nestjs-thrift/transport', '@nestjs-thrift/microservice'] as const;

/** What one import of a package costs a process that has loaded Nest. */
export interface ImportResult {
  readonly name: string;
  /** As it is published. */
  readonly published: ImportCost;
  /** The same package with one file for each source. */
  readonly unbundled: ImportCost;
}

export interface ImportCost {
  readonly cpuMs: number;
  /** Files of this project that are loaded. */
  readonly modules: number;
}

/**
 * Imports each package in fresh processes, as it is published and unbundled in turns.
 *
 * @param folder empty, below the benchmark, so that packages of others are found from there
 */
export async function measureImports(folder: string, rounds: number): Promise<ImportResult[]> {
  const published = here('./import.js');
  const unbundled = `${folder}/import.js`;
  cpSync(published, unbundled);
  copyUnbundled(`${folder}/node_modules/@nestjs-thrift`);
  const results: ImportResult[] = [];
  for (const name of IMPORTED) {
    const cpuMs: Record<string, number[]> = { [published]: [], [unbundled]: [] };
    for (let round = 0; round < rounds; round++) {
      for (const program of [published, unbundled]) {
        cpuMs[program]!.push(await output(program, 'cpu', name));
      }
    }
    const costOf = async (program: string): Promise<ImportCost> => ({
      cpuMs: median(cpuMs[program]!),
      modules: await output(program, 'modules', name),
    });
    results.push({ name, published: await costOf(published), unbundled: await costOf(unbundled) });
  }
  return results;
}

/** Packages whose dist is what tsc compiled. */
function copyUnbundled(to: string): void {
  for (const name of readdirSync(LIBS)) {
    const compiled = `${LIBS}/${name}/${COMPILED}`;
    if (existsSync(compiled)) {
      cpSync(`${LIBS}/${name}/package.json`, `${to}/${name}/package.json`);
      cpSync(compiled, `${to}/${name}/dist`, { recursive: true });
    }
  }
}

async function output(program: string, what: 'cpu' | 'modules', name: string): Promise<number> {
  const { stdout } = await run(process.execPath, [program, what, name]);
  return Number(stdout);
}
