import { IdlError, loadSchema, type LoadOptions, type Schema } from '@nestjs-thrift/idl';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import type { CommandIo } from '../../terminal/terminal.js';
import { renderIdlError } from '../../idl/load-idl.js';

/** One version of the IDL; all paths in it are relative to its base folder, with forward slashes. */
export interface IdlVersion {
  /** The files to compare, without those they include. */
  readonly files: readonly string[];
  /** Text of a file, whether it is one of `files` or not. */
  readFile(path: string): string | undefined;
  /** A file as people know it. */
  display(path: string): string;
  /** Paths in the new version of files that have another one here. */
  readonly renamedFiles?: Readonly<Record<string, string>>;
}

/** What the command was asked to compare. */
export interface WantedIdl {
  /** Patterns as they were given. */
  readonly patterns: readonly string[];
  /** The patterns relative to the base folder. */
  readonly relativePatterns: readonly string[];
  /** Base folder of the new version, relative to the working folder. */
  readonly baseDir: string;
  /** The files of the new version, relative to the base folder. */
  readonly files: readonly string[];
  readonly cwd: string;
}

/** Include folders, relative to the base folder, and the numbering of fields without an id. */
interface LoadVersionOptions {
  readonly include: readonly string[];
  readonly implicitFieldIds: LoadOptions['implicitFieldIds'];
}

/** Path of a file that exists nowhere and includes all others, so that each is read once however many share it. */
const ALL_FILES = '<all>.thrift';

/**
 * Loads all files of a version into one schema.
 *
 * @param options include folders relative to the base folder
 * @throws {CommandFailure} with the faults of all files.
 */
export function loadVersion(
  version: IdlVersion,
  { include: includeDirs, implicitFieldIds }: LoadVersionOptions,
  io: CommandIo,
): Schema {
  const all = version.files.map((file) => `include ${JSON.stringify(file)}\n`).join('');
  try {
    const { files } = loadSchema(ALL_FILES, {
      baseDir: '.',
      includeDirs,
      implicitFieldIds,
      readFile: (path) => (path === ALL_FILES ? all : version.readFile(path)),
    });
    const entries = Object.entries(files).filter(([path]) => path !== ALL_FILES);
    return { root: '', files: Object.fromEntries(entries) };
  } catch (error) {
    if (!(error instanceof IdlError)) {
      throw error;
    }
    const named = error.diagnostics.map((diagnostic) => ({
      ...diagnostic,
      file: version.display(diagnostic.file),
    }));
    throw new CommandFailure(EXIT_CODES.INPUT, renderIdlError(new IdlError(named), io));
  }
}
