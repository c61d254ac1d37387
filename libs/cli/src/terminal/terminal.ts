import pico from 'picocolors';
import { CommandFailure, EXIT_CODES } from './exit-codes.js';
import { systemReason } from './system-reason.js';
import { columnsOf, wrapped, type OutputStream } from './text-width.js';

export type { OutputStream };

/** Colours for a stream; plain text unless it is a terminal, and never with `NO_COLOR`. */
export function colorsFor(
  stream: OutputStream,
  { env }: CommandIo,
): ReturnType<typeof pico.createColors> {
  const refused = env.NO_COLOR !== undefined && env.NO_COLOR !== '';
  return pico.createColors(stream.isTTY === true && !refused && env.TERM !== 'dumb');
}

/** The world as a command sees it: everything it reads or writes except files. */
export interface CommandIo {
  readonly stdin: AsyncIterable<string | Uint8Array>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from. */
  readonly cwd: string;
  /**
   * Aborts at Ctrl-C or SIGTERM; a command that reads it then ends soon, with what it has. The reason has the
   * exit code. A command that never reads it is ended by the signal.
   */
  readonly signal: AbortSignal;
}

const MAX_SHOWN = 200;

/** Text of a peer on one line: no control characters, which could steer a terminal, and not more than anybody reads. */
export function printable(text: string): string {
  const shown = text.slice(0, MAX_SHOWN).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
  return text.length > MAX_SHOWN ? `${shown}…` : shown;
}

/**
 * Text with control and formatting characters as escapes such as `\\u{202e}`: they could steer a terminal or reorder text. Line ends and tabs
 * stay.
 */
export function withoutControls(text: string): string {
  return text.replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${character.codePointAt(0)!.toString(16)}}`;
  });
}

/** The text of an error; attempts on several addresses fail together without one. */
export function errorText(error: unknown): string {
  const { message, code } = error as { message?: unknown; code?: unknown };
  const text = typeof message === 'string' && message !== '' ? message : String(code ?? error);
  return printable(text);
}

/** Milliseconds as they are shown. */
export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

/** The version of this package, written by `npm run manifests`. */
export const VERSION = '0.1.0';

/** 128 and the number of SIGPIPE, which ends other programs in this place; Node ignores the signal. */
const NO_READER_EXIT_CODE = 141;

/** Writes why a command ended, or why it did not do its work this time. */
export function writeFailure({ message }: CommandFailure, io: CommandIo): void {
  const { red } = colorsFor(io.stderr, io);
  io.stderr.write(`${forTerminal(`${red('error:')} ${message}`, io.stderr)}\n`);
}

/** Writes a warning to standard error. */
export function writeWarning(message: string, io: CommandIo): void {
  const { yellow } = colorsFor(io.stderr, io);
  io.stderr.write(`${forTerminal(`${yellow('warning:')} ${message}`, io.stderr)}\n`);
}

/** Text for people: wrapped at words on a terminal; pipes and files get lines as they are. */
export function forTerminal(text: string, stream: OutputStream): string {
  return stream.isTTY ? wrapped(text, columnsOf(stream)) : text;
}

/** The same terminal with another working folder. */
export function inFolder(io: CommandIo, cwd: string): CommandIo {
  // Copying would read `signal`.
  return Object.create(io, { cwd: { value: cwd } }) as CommandIo;
}

/**
 * The terminal this process runs in. The first Ctrl-C asks the command to end, the second one ends the process. It ends
 * without a message, too, once the reader of its output is gone, as with `| head`.
 */
export function processIo(): CommandIo {
  let signal: AbortSignal | undefined;
  let stderr: NodeJS.WriteStream | undefined;
  return {
    stdout: endingProcess(process.stdout),
    // Node makes each stream when it is first asked for, which takes a part of the start.
    get stdin() {
      return process.stdin;
    },
    get stderr() {
      return (stderr ??= endingProcess(process.stderr));
    },
    env: process.env,
    cwd: process.cwd(),
    get signal() {
      return (signal ??= interruption());
    },
  };
}

function interruption(): AbortSignal {
  const controller = new AbortController();
  const end = (exitCode: number) => () =>
    controller.abort(new CommandFailure(exitCode, 'interrupted'));
  process.once('SIGINT', end(EXIT_CODES.INTERRUPTED));
  process.once('SIGTERM', end(EXIT_CODES.TERMINATED));
  return controller.signal;
}

function endingProcess(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return stream.on('error', (error: NodeJS.ErrnoException) => endOnWriteError(error));
}

function endOnWriteError(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') {
    process.exit(NO_READER_EXIT_CODE);
  }
  try {
    process.stderr.write(`error: cannot write the output: ${systemReason(error)}\n`);
  } finally {
    process.exit(EXIT_CODES.INPUT);
  }
}
