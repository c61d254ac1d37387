import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { StartupResult } from '../report/results.js';
import { median } from '../statistics.js';
import { generateCode, writeIdlFiles } from './files.js';

const run = promisify(execFile);
const FILES = 100;
const RUNS = 5;
/** Node has it from 22.8 on. */
const hasCompileCache = 'enableCompileCache' in nodeModule;
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** Below the package, so that generated code finds its runtime. */
const BENCH = here('../../../');
const CLI = here('../../../../libs/cli/bin/nestjs-thrift.js');

/** Starts fresh processes that load a hundred IDL files, or the code generated from them. */
export async function runStartup(onProgress: (text: string) => void): Promise<StartupResult> {
  const folder = mkdtempSync(`${BENCH}dist/startup-`);
  try {
    const [idl, both, binary] = [`${folder}/idl`, `${folder}/both`, `${folder}/binary`];
    writeIdlFiles(idl, FILES);
    await generateCode(CLI, idl, both);
    await generateCode(CLI, idl, binary, ['--protocols', 'binary']);
    const cache = hasCompileCache ? { NODE_COMPILE_CACHE: `${folder}/cache` } : undefined;
    if (cache) {
      await millisecondsOf('generated', both, cache);
    }
    const fromIdl: number[] = [];
    const fromGeneratedCode: number[] = [];
    const fromBinaryAlone: number[] = [];
    const fromCompileCache: number[] = [];
    for (let round = 0; round < RUNS; round++) {
      fromIdl.push(await millisecondsOf('idl', idl));
      fromGeneratedCode.push(await millisecondsOf('generated', both));
      fromBinaryAlone.push(await millisecondsOf('generated', binary));
      if (cache) {
        fromCompileCache.push(await millisecondsOf('generated', both, cache));
      }
    }
    onProgress('start-up');
    return {
      files: FILES,
      fromIdlMs: median(fromIdl),
      fromGeneratedCodeMs: median(fromGeneratedCode),
      fromBinaryAloneMs: median(fromBinaryAlone),
      ...(cache ? { fromCompileCacheMs: median(fromCompileCache) } : {}),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a process of its own takes, from its first own statement on; the start of Node is not ours. */
async function millisecondsOf(
  from: 'idl' | 'generated',
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<number> {
  const env = { ...process.env, ...environment };
  const { stdout } = await run(process.execPath, [here('./load.js'), from, folder], { env });
  return Number(stdout);
}
