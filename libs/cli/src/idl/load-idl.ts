import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  IdlError,
  loadSchema,
  ParseCache,
  renderDiagnostic,
  type LoadOptions,
  type Schema,
} from '@nestjs-thrift/idl';
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

/** The IDL that a command needs. @throws CommandFailure without any. */
export function requireIdl({ idl }: { readonly idl: readonly string[] }): readonly string[] {
  if (idl.length > 0) {
    return idl;
  }
  throw new CommandFailure(
    EXIT_CODES.USAGE,
    'the IDL of the service is missing: give it with --idl service.thrift, or in a target of .nestjs-thrift.yaml',
  );
}

/**
 * Loads the IDL a command was given: files, and all files of folders.
 *
 * @throws CommandFailure with all that is wrong in it
 */
export function loadIdl(
  paths: readonly string[],
  { include, implicitFieldIds }: IdlOptions,
  io: CommandIo,
): Schema {
  const options: LoadOptions = {
    baseDir: io.cwd,
    includeDirs: include.map((folder) => resolve(io.cwd, folder)),
    implicitFieldIds,
    parseCache: new ParseCache(),
  };
  try {
    const schemas = paths
      .flatMap((path) => filesIn(path, io))
      .map((file) => loadSchema(resolve(io.cwd, file), options));
    // Files have the same path and content in each schema.
    const files = Object.assign({}, ...schemas.map((schema) => schema.files)) as Schema['files'];
    return { root: schemas[0]!.root, files };
  } catch (error) {
    if (!(error instanceof IdlError)) {
      throw error;
    }
    throw new CommandFailure(EXIT_CODES.INPUT, renderIdlError(error, io));
  }
}

/** The file itself, or the .thrift files below a folder. */
function filesIn(path: string, { cwd }: CommandIo): string[] {
  const folder = resolve(cwd, path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return [path];
  }
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.thrift') && !/(^|[\\/])node_modules[\\/]/.test(file))
    .sort();
  if (files.length === 0) {
    throw new CommandFailure(EXIT_CODES.USAGE, `no .thrift file in ${path}`);
  }
  return files.map((file) => join(folder, file));
}

/** As {@link loadIdl}, compiled for calls. */
export function compileIdl(
  paths: readonly string[],
  options: IdlOptions,
  io: CommandIo,
): CompiledSchema {
  return compileSchema(loadIdl(paths, options, io));
}
