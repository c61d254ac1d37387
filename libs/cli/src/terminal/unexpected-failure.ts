import { CommandFailure, EXIT_CODES } from './exit-codes.js';
import { VERSION } from './terminal.js';

const MAX_STACK_LINES = 12;

/** What a command ends with that threw something else than a {@link CommandFailure}. */
export function unexpectedFailure(error: unknown, argv: readonly string[]): CommandFailure {
  return isSystemError(error)
    ? new CommandFailure(EXIT_CODES.INPUT, error.message)
    : new CommandFailure(EXIT_CODES.INTERNAL, report(error, argv));
}

/** The operating system said no, as to writing to a folder of another user: nothing that a report could mend. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'syscall' in error && 'message' in error;
}

function report(error: unknown, argv: readonly string[]): string {
  const { stack = String(error) } = Object(error) as { readonly stack?: string };
  return [
    `internal error of nestjs-thrift, not of your input: ${firstLine(error)}`,
    'Please report it with the lines below, and with the IDL if you may share it.',
    `  nestjs-thrift ${VERSION}, Node ${process.version}, ${process.platform} ${process.arch}`,
    `  command: ${argv[0] ?? ''}`,
    ...stack
      .split('\n')
      .slice(0, MAX_STACK_LINES)
      .map((line) => `  ${line}`),
  ].join('\n');
}

function firstLine(error: unknown): string {
  const [line = ''] = String(error).split('\n');
  return line;
}
