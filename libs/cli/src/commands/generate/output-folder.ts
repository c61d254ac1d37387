import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFrom, type GeneratedFile } from '@nestjs-thrift/codegen';
import { globSync } from 'tinyglobby';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import { cannotWrite, writeOutputFiles } from '../../terminal/output-files.js';

/** How an output folder differs from what should be in it. Paths are relative to the folder. */
export interface OutputChanges {
  /** Missing or different. */
  readonly write: readonly GeneratedFile[];
  /** Generated earlier, from IDL that is no longer there or with other options. */
  readonly remove: readonly string[];
  readonly unchanged: number;
}

/**
 * Compares an output folder with what was generated. Files are compared by content; nothing else is remembered.
 *
 * @param name the folder as the user knows it
 * @param sourceExists whether the IDL that a file says it was generated from is still there
 * @throws {CommandFailure} if a file that was not generated is in the way.
 */
export function compareOutput(
  folder: string,
  name: string,
  files: readonly GeneratedFile[],
  sourceExists: (source: string) => boolean,
): OutputChanges {
  const write = files.filter((file) => {
    const present = readIfPresent(join(folder, file.path), join(name, file.path));
    if (present !== undefined && generatedFrom(present) === undefined) {
      throw new CommandFailure(
        EXIT_CODES.INPUT,
        `${join(name, file.path)} was not generated and is in the way; move it or generate elsewhere`,
      );
    }
    return present !== file.text;
  });
  return {
    write,
    remove: staleFiles(folder, files, sourceExists),
    unchanged: files.length - write.length,
  };
}

/**
 * Brings an output folder up to date: writes all files or none. Unchanged files keep their times, so that nothing downstream is
 * built again.
 *
 * @param name the folder as the user knows it
 * @throws {CommandFailure} that names the file which cannot be written or removed
 */
export function applyChanges(folder: string, name: string, { write, remove }: OutputChanges): void {
  writeOutputFiles(
    write.map(({ path, text }) => ({ name: join(name, path), path: join(folder, path), text })),
  );
  for (const path of remove) {
    try {
      rmSync(join(folder, path));
    } catch (error) {
      throw cannotWrite(join(name, path), error);
    }
  }
}

function staleFiles(
  folder: string,
  files: readonly GeneratedFile[],
  sourceExists: (source: string) => boolean,
): string[] {
  const current = new Set(files.map(({ path }) => path));
  const sources = new Set(files.map(({ source }) => source));
  const present = globSync(['**/*.ts', '**/*.schema.json'], {
    cwd: folder,
    ignore: ['**/node_modules/**'],
    // A link to a folder above would be followed without end.
    followSymbolicLinks: false,
  }).sort();
  return present.filter((path) => {
    if (current.has(path)) {
      return false;
    }
    const source = generatedFrom(readFileSync(join(folder, path), 'utf8'));
    if (source === undefined) {
      return false;
    }
    // Static codecs whose file is generated without them now.
    const isSuperseded = path.endsWith('.codec.ts') && sources.has(source);
    return isSuperseded || !sourceExists(source);
  });
}

function readIfPresent(path: string, name: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw cannotWrite(name, error);
  }
}
