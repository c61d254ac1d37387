import { colorsFor } from './colors.js';
import type { CommandIo } from './command-io.js';

/** Ends a command with an exit code, after a message for people on standard error. */
export class CommandFailure extends Error {
  constructor(
    readonly exitCode: number,
    message: string,
  ) {
    super(message);
    this.name = 'CommandFailure';
  }
}

/** Tells people why a command ended, or why it did not do its work this time. */
export function writeFailure({ message }: CommandFailure, io: CommandIo): void {
  const { red } = colorsFor(io.stderr, io);
  io.stderr.write(`${red('error:')} ${message}\n`);
}
