import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { renderDiagnostic, IdlError, loadSchema, type Schema } from '@nestjs-thrift/idl';
import { colorsFor, type CommandIo } from '../terminal/terminal.js';
import { compileSchema, type CompiledSchema } from '@nestjs-thrift/codec/compiler';
import { CommandFailure, EXIT_CODES } from '../terminal/exit-codes.js';
import type { IdlOptions } from './idl-options.js';

/** Text of a file below the parts of a path, or nothing if there is no such file. */
export function readDiskFile(...parts: readonly string[]): string | undefined {
  return readDiskBytes(...parts)?.toString('utf8');
}

/** Bytes of a file, as {@link readDiskFile}. */
export function readDiskBytes(...parts: readonly string[]): Buffer | undefined {
  const file = resolve(...parts);
  const isFile = statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
  return isFile ? readFileSync(file) : undefined;
}

const MAX_SHOWN = 20;

/** All that is wrong with IDL, each place with its line and a caret, for standard error. */
export function renderIdlError({ diagnostics }: IdlError, io: CommandIo): string {
  const { bold, red } = colorsFor(io.stderr, io);
  const count = diagnostics.length === 1 ? '1 error' : `${diagnostics.length} errors`;
  const shown = diagnostics.slice(0, MAX_SHOWN).map((diagnostic) => {
    const [headline = '', ...place] = renderDiagnostic(diagnostic).split('\n');
    return [bold(headline), ...place.map((line) => line.replace(/\^$/, red('^')))].join('\n');
  });
  const left = diagnostics.length - shown.length;
  const rest = left > 0 ? [`… and ${left} more`] : [];
  return [`${count} in the IDL`, ...shown, ...rest].join('\n\n');
}

/** Loads the IDL a command was given. @throws CommandFailure with all that is wrong in it. */
export function loadIdl(
  path: string,
  { include, implicitFieldIds }: IdlOptions,
  io: CommandIo,
): Schema {
  try {
    return loadSchema(resolve(io.cwd, path), {
      baseDir: io.cwd,
      includeDirs: include.map((folder) => resolve(io.cwd, folder)),
      implicitFieldIds,
    });
  } catch (error) {
    if (!(error instanceof IdlError)) {
      throw error;
    }
    throw new CommandFailure(EXIT_CODES.INPUT, renderIdlError(error, io));
  }
}

/** As {@link loadIdl}, compiled for calls. */
export function compileIdl(path: string, options: IdlOptions, io: CommandIo): CompiledSchema {
  return compileSchema(loadIdl(path, options, io));
}
