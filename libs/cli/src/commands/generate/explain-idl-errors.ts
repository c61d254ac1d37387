import { join, resolve } from 'node:path';
import { type Diagnostic, IdlError } from '@nestjs-thrift/idl';
import { readDiskFile, renderIdlError } from '../../idl/load-idl.js';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import type { CommandIo } from '../../terminal/terminal.js';

/**
 * Runs what loads IDL or generates from it, and says for people what is wrong with the IDL.
 *
 * @throws {CommandFailure} if the work throws an {@link IdlError}.
 */
export function explainIdlErrors<T>(baseDir: string, io: CommandIo, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof IdlError)) {
      throw error;
    }
    const located = error.diagnostics.map((diagnostic) => withSource(diagnostic, baseDir, io));
    throw new CommandFailure(EXIT_CODES.INPUT, renderIdlError(new IdlError(located), io));
  }
}

/** Generators know a schema and not its text, nor the folder that its paths start from. */
export function withSource(
  diagnostic: Diagnostic,
  baseDir: string,
  { cwd }: CommandIo,
): Diagnostic {
  if (diagnostic.sourceLine !== '') {
    return diagnostic;
  }
  const file = join(baseDir, diagnostic.file);
  const text = readDiskFile(resolve(cwd, file));
  const sourceLine = text?.split(/\r?\n/)[diagnostic.line - 1];
  return sourceLine === undefined ? diagnostic : { ...diagnostic, file, sourceLine };
}
