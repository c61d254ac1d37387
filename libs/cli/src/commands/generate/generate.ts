import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CommandIo } from '../../terminal/terminal.js';
import { explainIdlErrors } from './explain-idl-errors.js';
import type { FileGenerator, GenOptions } from './file-generator.js';
import { findSources } from './find-sources.js';
import { compareOutput, type OutputChanges } from './output-folder.js';

/**
 * Finds what has to change in the output folder.
 *
 * @throws {CommandFailure} if there are no sources, or they cannot be used.
 */
export async function generate(
  patterns: readonly string[],
  options: GenOptions,
  io: CommandIo,
  generator: FileGenerator,
): Promise<OutputChanges> {
  const sources = await findSources(patterns, io.cwd);
  const files = explainIdlErrors(sources.baseDir, io, () => generator.generate(sources));
  const folders = [sources.baseDir, ...options.include].map((folder) => resolve(io.cwd, folder));
  return compareOutput(resolve(io.cwd, options.out), options.out, files, (source) =>
    folders.some((folder) => existsSync(join(folder, source))),
  );
}
