import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { StartupResult } from '../report/results.js';
import { median } from '../statistics.js';
import { measureCommandLine } from './command-line.js';
import { generateCode, writeIdlFiles } from './files.js';
import { measureImports } from './imports.js';

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
    const [idl, lazy, statics] = [`${folder}/idl`, `${folder}/lazy`, `${folder}/static`];
    writeIdlFiles(idl, FILES);
    await generateCode(CLI, idl, lazy);
    await generateCode(CLI, idl, statics, ['--codecs', 'static']);
    const cache = hasCompileCache ? { NODE_COMPILE_CACHE: `${folder}/cache` } : undefined;
    if (cache) {
      await millisecondsOf('generated', lazy, cache);
    }
    const fromIdl: number[] = [];
    const fromGeneratedCode: number[] = [];
    const fromStaticCodecs: number[] = [];
    const fromCompileCache: number[] = [];
    for (let round = 0; round < RUNS; round++) {
      fromIdl.push(await millisecondsOf('idl', idl));
      fromGeneratedCode.push(await millisecondsOf('generated', lazy));
      fromStaticCodecs.push(await millisecondsOf('generated', statics));
      if (cache) {
        fromCompileCache.push(await millisecondsOf('generated', lazy, cache));
      }
    }
    const commandLine = await measureCommandLine(CLI, folder, RUNS);
    const imports = await measureImports(`${folder}/unbundled`, RUNS);
    onProgress('start-up');
    return {
      files: FILES,
      fromIdlMs: median(fromIdl),
      fromGeneratedCodeMs: median(fromGeneratedCode),
      fromStaticCodecsMs: median(fromStaticCodecs),
      commandLine,
      imports,
      ...(cache ? { fromCompileCacheMs: median(fromCompileCache) } : {}),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a separate process takes, from its first own statement; the start of Node is not ours. */
async function millisecondsOf(
  from: 'idl' | 'generated',
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<number> {
  const env = { ...process.env, ...environment };
  const { stdout } = await run(process.execPath, [here('./load.js'), from, folder], { env });
  return Number(stdout);
}
