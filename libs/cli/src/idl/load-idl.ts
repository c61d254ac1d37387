import { resolve } from 'node:path';
import { compileSchema, type CompiledSchema } from '@nestjs-thrift/codec/compiler';
import { IdlError, loadSchema, type Schema } from '@nestjs-thrift/idl';
import { CommandFailure } from '../terminal/command-failure.js';
import type { CommandIo } from '../terminal/command-io.js';
import { EXIT_CODES } from '../terminal/exit-codes.js';
import { renderIdlError } from './render-idl-error.js';

/** Loads the IDL a command was given. @throws CommandFailure with all that is wrong in it. */
export function loadIdl(path: string, include: readonly string[], io: CommandIo): Schema {
  try {
    return loadSchema(resolve(io.cwd, path), {
      baseDir: io.cwd,
      includeDirs: include.map((folder) => resolve(io.cwd, folder)),
    });
  } catch (error) {
    if (!(error instanceof IdlError)) throw error;
    throw new CommandFailure(EXIT_CODES.INPUT, renderIdlError(error, io));
  }
}

/** As {@link loadIdl}, compiled for calls. */
export function compileIdl(
  path: string,
  include: readonly string[],
  io: CommandIo,
): CompiledSchema {
  return compileSchema(loadIdl(path, include, io));
}
