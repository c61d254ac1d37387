import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generateTypeScript, IdlError } from '@nestjs-thrift/idl';
import { renderIdlError } from '../../terminal/render-idl-error.js';
import { CommandFailure } from '../../terminal/command-failure.js';
import type { CommandIo } from '../../terminal/command-io.js';
import { EXIT_CODES } from '../../terminal/exit-codes.js';
import { codecEmitter } from './codec-emitter.js';
import { findSources, type Sources } from './find-sources.js';
import type { GenOptions } from './gen-options.js';
import { loadSources } from './load-sources.js';
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
): Promise<OutputChanges> {
  const sources = await findSources(patterns, io.cwd);
  const files = generateTypeScript(...loaded(sources, options, io));
  const folders = [sources.baseDir, ...options.include].map((folder) => resolve(io.cwd, folder));
  return compareOutput(resolve(io.cwd, options.out), files, (source) =>
    folders.some((folder) => existsSync(join(folder, source))),
  );
}

function loaded(
  sources: Sources,
  { include, i64, invalidUtf8 }: GenOptions,
  io: CommandIo,
): Parameters<typeof generateTypeScript> {
  try {
    const { schema, mirroredPath } = loadSources(sources, include, io.cwd);
    return [schema, { codecEmitter, i64, invalidUtf8, mirroredPath }];
  } catch (error) {
    if (!(error instanceof IdlError)) throw error;
    throw new CommandFailure(EXIT_CODES.INPUT, renderIdlError(error, io));
  }
}
