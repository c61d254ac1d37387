import pico from 'picocolors';
import { readFileSync } from 'node:fs';

/** Colours for a stream; plain text unless it is a terminal, and never with `NO_COLOR`. */
export function colorsFor(
  stream: OutputStream,
  { env }: CommandIo,
): ReturnType<typeof pico.createColors> {
  const refused = env.NO_COLOR !== undefined && env.NO_COLOR !== '';
  return pico.createColors(stream.isTTY === true && !refused && env.TERM !== 'dumb');
}

/** What a command writes to. */
export interface OutputStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** The world as a command sees it: everything it reads or writes besides files. */
export interface CommandIo {
  readonly stdin: AsyncIterable<string | Uint8Array>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from. */
  readonly cwd: string;
  /** Aborts when the user presses Ctrl-C; a command then ends soon, with what it has. */
  readonly signal: AbortSignal;
}

const MAX_SHOWN = 200;

/** Text of a peer on one line: no control characters, which could steer a terminal, and not more than anybody reads. */
export function printable(text: string): string {
  const shown = text.slice(0, MAX_SHOWN).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
  return text.length > MAX_SHOWN ? `${shown}…` : shown;
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

/** The version of this package. */
export function packageVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** 128 and the number of SIGPIPE, which ends other programs in this place; Node ignores the signal. */
const NO_READER_EXIT_CODE = 141;

/**
 * The terminal this process runs in. The first Ctrl-C asks the command to end, the second one ends the process. It ends
 * without a word, too, once nobody reads its output any more, as with `| head`.
 */
export function processIo(): CommandIo {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  process.stdout.on('error', endWithoutReader);
  process.stderr.on('error', endWithoutReader);
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    signal: interrupted.signal,
  };
}

function endWithoutReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') {
    throw error;
  }
  process.exit(NO_READER_EXIT_CODE);
}
