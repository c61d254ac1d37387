import type { CommandIo } from './command-io.js';

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
  if (error.code !== 'EPIPE') throw error;
  process.exit(NO_READER_EXIT_CODE);
}
