import { basename, dirname, join, posix, resolve } from 'node:path';
import { glob } from 'tinyglobby';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import type { IdlVersion, WantedIdl } from './load-version.js';
import { readDiskFile } from '../../idl/load-idl.js';

/** The version in a folder that stands for the base folder of the new one. */
export async function versionInFolder(folder: string, wanted: WantedIdl): Promise<IdlVersion> {
  const { relativePatterns, cwd } = wanted;
  const found = await glob([...relativePatterns], {
    cwd: resolve(cwd, folder),
    ignore: ['**/node_modules/**'],
  });
  return {
    files: found.filter((file) => file.endsWith('.thrift')).sort(),
    readFile: readerOf(folder, wanted),
    display: (path) => posix.join(folder, path),
  };
}

/**
 * The version in a file that stands for the one file of the new version.
 *
 * @throws {CommandFailure} if that has several.
 */
export function versionInFile(file: string, wanted: WantedIdl): IdlVersion {
  const [only, ...others] = wanted.files;
  if (only === undefined || others.length > 0) {
    throw new CommandFailure(
      EXIT_CODES.USAGE,
      `${file} is one file, but the patterns match ${wanted.files.length}; compare them with a folder or a git ref`,
    );
  }
  const name = basename(file);
  const folder = dirname(file);
  return {
    files: [name],
    readFile: readerOf(folder, wanted),
    display: (path) => posix.join(folder, path),
    renamedFiles: { [name]: only },
  };
}

/** Files outside the base folder are not part of either version: both read the same. */
function readerOf(folder: string, { cwd, baseDir }: WantedIdl): IdlVersion['readFile'] {
  return (path) =>
    readDiskFile(cwd, folder, path) ??
    (path.startsWith('../') ? readDiskFile(cwd, join(baseDir, path)) : undefined);
}
