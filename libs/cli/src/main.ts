import { Command, CommanderError } from 'commander';
import { COMMANDS } from './commands/index.js';
import { CommandFailure, EXIT_CODES } from './terminal/exit-codes.js';
import { unexpectedFailure } from './terminal/unexpected-failure.js';
import { type CommandIo, VERSION, forTerminal, writeFailure } from './terminal/terminal.js';
import { columnsOf, reflowed } from './terminal/text-width.js';

/**
 * Runs the command line.
 *
 * @param argv arguments, without those of node itself
 * @returns the exit code, one of {@link EXIT_CODES}; failures are written to standard error and not thrown
 */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    const program = await createProgram(argv, io);
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    return io.signal.aborted ? explainInterruption(io) : explain(error, argv, io);
  }
  return io.signal.aborted ? explainInterruption(io) : EXIT_CODES.OK;
}

/** Only the command that is asked for is loaded, so that the program starts as fast as its smallest part. */
async function createProgram(argv: readonly string[], io: CommandIo): Promise<Command> {
  const program = new Command('nestjs-thrift')
    .description(
      'Tools for Thrift services: generate, call, load, describe, lint, compare, diagnose.',
    )
    .version(VERSION, '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(reflowed(text, columnsOf(io.stdout))),
      writeErr: (text) => io.stderr.write(forTerminal(text, io.stderr)),
      getOutHelpWidth: () => columnsOf(io.stdout),
      getErrHelpWidth: () => columnsOf(io.stderr),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showSuggestionAfterError()
    .addHelpText('after', '\nEvery command has examples: nestjs-thrift <command> --help');
  // `complete -- call …` is about another command.
  const asked = argv[0] === 'complete' ? [argv[0], argv[2]] : [argv[0]];
  for (const entry of COMMANDS) {
    const command = program.command(entry.name, { hidden: entry.hidden === true });
    command.description(entry.summary);
    if (asked.includes(entry.name) || argv[0] === 'help') {
      (await entry.load()).configure(command, io);
    }
  }
  return program;
}

function explain(error: unknown, argv: readonly string[], io: CommandIo): number {
  if (error instanceof CommanderError) {
    // Commander has written its message already.
    return error.exitCode === 0 ? EXIT_CODES.OK : EXIT_CODES.USAGE;
  }
  const failure = error instanceof CommandFailure ? error : unexpectedFailure(error, argv);
  writeFailure(failure, io);
  return failure.exitCode;
}

/** A command that was interrupted ends with the code of the signal, whatever it made of it. */
function explainInterruption(io: CommandIo): number {
  const { reason } = io.signal as { readonly reason: unknown };
  const failure =
    reason instanceof CommandFailure
      ? reason
      : new CommandFailure(EXIT_CODES.INTERRUPTED, 'interrupted');
  writeFailure(failure, io);
  return failure.exitCode;
}
