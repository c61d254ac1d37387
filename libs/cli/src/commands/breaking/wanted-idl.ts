import { posix, relative } from 'node:path';
import { findSources } from '../generate/find-sources.js';
import type { IdlVersion, WantedIdl } from './load-version.js';
import { readDiskFile } from '../../idl/load-idl.js';

/** Finds the files of the new version. @throws {CommandFailure} if there are none. */
export async function findWanted(patterns: readonly string[], cwd: string): Promise<WantedIdl> {
  const { files, baseDir } = await findSources(patterns, cwd);
  return {
    patterns,
    relativePatterns: patterns.map((pattern) => relativePattern(pattern, baseDir)),
    baseDir,
    files: files.map((file) => relative(baseDir, file).replaceAll('\\', '/')),
    cwd,
  };
}

/** The version in the working folder. */
export function currentVersion({ files, baseDir, cwd }: WantedIdl): IdlVersion {
  return {
    files,
    readFile: (path) => readDiskFile(cwd, baseDir, path),
    display: (path) => posix.join(baseDir, path),
  };
}

function relativePattern(pattern: string, baseDir: string): string {
  const path = pattern.replaceAll('\\', '/');
  if (path.startsWith('!')) {
    return `!${relativePattern(path.slice(1), baseDir)}`;
  }
  return posix.relative(baseDir, path) || '**';
}
