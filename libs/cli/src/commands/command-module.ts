import type { Command } from 'commander';
import type { CommandIo } from '../terminal/terminal.js';

/** One command: a separate module, loaded when the command is used. */
export interface CommandModule {
  /**
   * Declares arguments, options, help with examples, and the action on a fresh command. The action ends with the exit code
   * 0 unless it throws a {@link CommandFailure}.
   */
  configure(command: Command, io: CommandIo): void;
}

/** A command as the list of commands shows it. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Left out of the help: for programs. */
  readonly hidden?: boolean;
  load(): Promise<CommandModule>;
}
