import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generateJsonSchemas, generateTypeScript, type GeneratedFile } from '@nestjs-thrift/idl';
import type { CommandIo } from '../../terminal/command-io.js';
import { codecEmitter } from './codec-emitter.js';
import { findSources, type Sources } from './find-sources.js';
import type { GenOptions } from './gen-options.js';
import { explainIdlErrors } from './explain-idl-errors.js';
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
  const files = explainIdlErrors(sources.baseDir, io, () => generateFiles(sources, options, io));
  const folders = [sources.baseDir, ...options.include].map((folder) => resolve(io.cwd, folder));
  return compareOutput(resolve(io.cwd, options.out), files, (source) =>
    folders.some((folder) => existsSync(join(folder, source))),
  );
}

function generateFiles(
  sources: Sources,
  { include, i64, invalidUtf8, validators, jsonSchema }: GenOptions,
  io: CommandIo,
): GeneratedFile[] {
  const { schema, mirroredPath } = loadSources(sources, include, io.cwd);
  const options = { codecEmitter, i64, invalidUtf8, mirroredPath, validators: validators ?? false };
  const modules = generateTypeScript(schema, options);
  return jsonSchema ? [...modules, ...generateJsonSchemas(schema, { i64, mirroredPath })] : modules;
}
