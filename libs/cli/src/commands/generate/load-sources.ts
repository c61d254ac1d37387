import { isAbsolute, relative, resolve } from 'node:path';
import { loadSchema, type ParseCache, type Schema } from '@nestjs-thrift/idl';
import type { IdlOptions } from '../../idl/idl-options.js';
import { readDiskBytes } from '../../idl/load-idl.js';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import type { Sources } from './find-sources.js';

/** Path of a file that exists nowhere and includes all sources, so that each is read once however many share it. */
const ALL_SOURCES = '<sources>.thrift';

/** What was loaded from the sources of one run. */
export interface LoadedSources {
  readonly schema: Schema;
  /** Path that the output of a file mirrors: relative to the base folder or to an include folder. */
  readonly mirroredPath: (file: string) => string;
}

/**
 * Loads all sources into one schema.
 *
 * @throws {IdlError} with the faults of all files.
 * @throws {CommandFailure} if an included file lies where no output mirrors it.
 */
export function loadSources(
  { files, baseDir }: Sources,
  { include: includeDirs, implicitFieldIds }: IdlOptions,
  cwd: string,
  parseCache?: ParseCache,
): LoadedSources {
  const { files: loaded } = loadSchema(ALL_SOURCES, {
    baseDir,
    includeDirs,
    implicitFieldIds,
    ...(parseCache && { parseCache }),
    readFile: (path) =>
      path === ALL_SOURCES
        ? files.map((file) => `include ${JSON.stringify(file)}\n`).join('')
        : readDiskBytes(cwd, path),
  });
  const root = relative(baseDir, ALL_SOURCES).replaceAll('\\', '/');
  const entries = Object.entries(loaded).filter(([path]) => path !== root);
  const mirrored = mirroredPaths(
    entries.map(([path]) => path),
    baseDir,
    includeDirs,
    cwd,
  );
  return {
    schema: { root: '', files: Object.fromEntries(entries) },
    mirroredPath: (file) => mirrored.get(file) ?? file,
  };
}

function mirroredPaths(
  paths: readonly string[],
  baseDir: string,
  includeDirs: readonly string[],
  cwd: string,
): Map<string, string> {
  const mirrored = new Map<string, string>();
  const owners = new Map<string, string>();
  for (const path of paths) {
    const file = resolve(cwd, baseDir, path);
    const target = [baseDir, ...includeDirs]
      .map((folder) => relative(resolve(cwd, folder), file).replaceAll('\\', '/'))
      .find((candidate) => !candidate.startsWith('../') && !isAbsolute(candidate));
    if (target === undefined) {
      throw new CommandFailure(
        EXIT_CODES.INPUT,
        `${path} is included from outside ${baseDir}; add the folder that its output mirrors with -I`,
      );
    }
    const owner = owners.get(target);
    if (owner !== undefined) {
      throw new CommandFailure(
        EXIT_CODES.INPUT,
        `${owner} and ${path} would both be generated as ${target}`,
      );
    }
    owners.set(target, path);
    mirrored.set(path, target);
  }
  return mirrored;
}
