import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { transformFile } from '@swc/core';
import { idlFile } from './idl-file.js';

const run = promisify(execFile);

/** Writes so many IDL files of a usual size into a new folder, and `all.thrift`, which includes them. */
export function writeIdlFiles(folder: string, count: number): void {
  mkdirSync(folder);
  for (let index = 0; index < count; index++) {
    writeFileSync(`${folder}/file${index}.thrift`, idlFile(index));
  }
  const includes = Array.from({ length: count }, (_, index) => `include "file${index}.thrift"\n`);
  writeFileSync(`${folder}/all.thrift`, includes.join(''));
}

/** Generates code from the IDL files of a folder with a command line; the compiled files are in the same folder. */
export async function generateCode(
  cli: string,
  idl: string,
  output: string,
  options: readonly string[] = [],
): Promise<void> {
  await run(process.execPath, [cli, 'gen', '*.thrift', '-o', output, ...options], { cwd: idl });
  for (const name of readdirSync(output)) {
    // TypeScript's own compiler takes ten times as long, more than all starts of a comparison together.
    const { code } = await transformFile(`${output}/${name}`, {
      swcrc: false,
      jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    writeFileSync(`${output}/${name.replace(/\.ts$/, '.js')}`, code);
  }
}
