import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import type { StartupResult } from '../report/results.js';
import { median } from '../statistics.js';
import { idlFile } from './idl-file.js';

const run = promisify(execFile);
const FILES = 100;
const RUNS = 5;
/** Node has it from 22.8 on. */
const hasCompileCache = 'enableCompileCache' in nodeModule;
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** Below the package, so that generated code finds its runtime. */
const BENCH = here('../../../');

/** Starts fresh processes that load a hundred IDL files, or the code generated from them. */
export async function runStartup(onProgress: (text: string) => void): Promise<StartupResult> {
  const folder = mkdtempSync(`${BENCH}dist/startup-`);
  try {
    mkdirSync(`${folder}/idl`);
    for (let index = 0; index < FILES; index++) {
      writeFileSync(`${folder}/idl/file${index}.thrift`, idlFile(index));
    }
    const includes = Array.from({ length: FILES }, (_, index) => `include "file${index}.thrift"\n`);
    writeFileSync(`${folder}/idl/all.thrift`, includes.join(''));
    const [idl, both, binary] = [`${folder}/idl`, `${folder}/both`, `${folder}/binary`];
    await generate(folder, both);
    await generate(folder, binary, ['--protocols', 'binary']);
    const cache = hasCompileCache ? { NODE_COMPILE_CACHE: `${folder}/cache` } : undefined;
    if (cache) await millisecondsOf('generated', both, cache);
    const fromIdl: number[] = [];
    const fromGeneratedCode: number[] = [];
    const fromBinaryAlone: number[] = [];
    const fromCompileCache: number[] = [];
    for (let round = 0; round < RUNS; round++) {
      fromIdl.push(await millisecondsOf('idl', idl));
      fromGeneratedCode.push(await millisecondsOf('generated', both));
      fromBinaryAlone.push(await millisecondsOf('generated', binary));
      if (cache) fromCompileCache.push(await millisecondsOf('generated', both, cache));
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

async function generate(
  folder: string,
  output: string,
  options: readonly string[] = [],
): Promise<void> {
  const cli = here('../../../../libs/cli/bin/nestjs-thrift.js');
  await run(process.execPath, [cli, 'gen', 'idl/*.thrift', '-o', output, ...options], {
    cwd: folder,
  });
  for (const name of readdirSync(output)) {
    const { outputText } = ts.transpileModule(readFileSync(`${output}/${name}`, 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
    });
    writeFileSync(`${output}/${name.replace(/\.ts$/, '.js')}`, outputText);
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
