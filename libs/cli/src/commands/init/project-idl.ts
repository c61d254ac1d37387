import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { GeneratedFile, ImportExtension } from '@nestjs-thrift/codegen';
import type { Schema } from '@nestjs-thrift/idl';
import { globSync } from 'tinyglobby';
import { writeOutputFiles } from '../../terminal/output-files.js';
import type { CommandIo } from '../../terminal/terminal.js';
import { explainIdlErrors } from '../generate/explain-idl-errors.js';
import { FileGenerator, type GenOptions } from '../generate/file-generator.js';
import { baseFolder, findSources } from '../generate/find-sources.js';
import { defaultGenOptions } from '../generate/input-options.js';
import { loadSources } from '../generate/load-sources.js';
import { compareOutput, type OutputChanges } from '../generate/output-folder.js';
import { EXAMPLE_IDL } from './templates.js';

/** The IDL of a project, and the code that is generated from it. */
export interface ProjectIdl {
  /** Folder of the files, relative to the project. */
  readonly folder: string;
  /** The example, if it was written now. */
  readonly created: string | undefined;
  /** Whether it is the example and nothing else. */
  readonly isExample: boolean;
  readonly schema: Schema;
  readonly files: readonly GeneratedFile[];
  readonly changes: OutputChanges;
  /** The arguments with which `gen` makes the same files. */
  readonly genArguments: string;
}

const EXAMPLE = 'idl/user.thrift';
const IGNORED = ['**/node_modules/**', '**/dist/**'];

/**
 * Finds the IDL of the project, or writes the example, and generates code from it without writing that.
 *
 * @param out folder of the generated code, relative to the project.
 * @param importExtension how imports between files of the project end.
 * @throws CommandFailure if the IDL cannot be used, or a file is in the way of the generated code.
 */
export async function prepareIdl(
  out: string,
  importExtension: ImportExtension,
  io: CommandIo,
): Promise<ProjectIdl> {
  const { cwd } = io;
  const present = globSync(['**/*.thrift'], { cwd, ignore: IGNORED });
  const created = present.length === 0 ? EXAMPLE : undefined;
  if (created !== undefined) {
    writeOutputFiles([{ name: created, path: join(cwd, created), text: EXAMPLE_IDL }]);
    present.push(created);
  }
  const inIdl = present.filter((file) => file.startsWith('idl/'));
  const folder = inIdl.length > 0 ? 'idl' : baseFolder(present);
  const patterns = folder === '.' ? topLevel(present) : [folder];
  const options: GenOptions = { ...defaultGenOptions(), out, importExtension };
  const sources = await findSources(patterns, cwd);
  const [schema, files] = explainIdlErrors(sources.baseDir, io, () => [
    loadSources(sources, options, cwd).schema,
    new FileGenerator(options, io).generate(sources),
  ]);
  const [only, ...others] = sources.files;
  return {
    folder,
    created,
    isExample: others.length === 0 && readFileSync(join(cwd, only!), 'utf8') === EXAMPLE_IDL,
    schema,
    files,
    // What was generated from other IDL stays.
    changes: compareOutput(resolve(cwd, out), out, files, () => true),
    genArguments: `${patterns.map(inScript).join(' ')} -o ${out}`,
  };
}

/** The folders of the project that files are in, and a pattern for files in none. */
function topLevel(files: readonly string[]): string[] {
  const folders = files.map((file) => (file.includes('/') ? file.split('/')[0]! : '*.thrift'));
  return [...new Set(folders)].sort();
}

/** The pattern is for the command, not for the shell that runs the script. */
function inScript(pattern: string): string {
  return pattern.includes('*') ? `"${pattern}"` : pattern;
}
