import { IdlError, loadSchema, type Schema } from '@nestjs-thrift/idl';
import { CommandFailure } from '../../terminal/command-failure.js';
import type { CommandIo } from '../../terminal/command-io.js';
import { EXIT_CODES } from '../../terminal/exit-codes.js';
import { renderIdlError } from '../../idl/render-idl-error.js';
import type { IdlVersion } from './idl-version.js';

/** Path of a file that exists nowhere and includes all others, so that each is read once however many share it. */
const ALL_FILES = '<all>.thrift';

/**
 * Loads all files of a version into one schema.
 *
 * @param includeDirs folders to look for included files in, relative to the base folder.
 * @throws {CommandFailure} with the faults of all files.
 */
export function loadVersion(
  version: IdlVersion,
  includeDirs: readonly string[],
  io: CommandIo,
): Schema {
  const all = version.files.map((file) => `include ${JSON.stringify(file)}\n`).join('');
  try {
    const { files } = loadSchema(ALL_FILES, {
      baseDir: '.',
      includeDirs,
      readFile: (path) => (path === ALL_FILES ? all : version.readFile(path)),
    });
    const entries = Object.entries(files).filter(([path]) => path !== ALL_FILES);
    return { root: '', files: Object.fromEntries(entries) };
  } catch (error) {
    if (!(error instanceof IdlError)) throw error;
    const named = error.diagnostics.map((diagnostic) => ({
      ...diagnostic,
      file: version.display(diagnostic.file),
    }));
    throw new CommandFailure(EXIT_CODES.INPUT, renderIdlError(new IdlError(named), io));
  }
}
