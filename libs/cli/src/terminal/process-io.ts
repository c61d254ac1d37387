import type { CommandIo } from './command-io.js';

/** The terminal this process runs in. The first Ctrl-C asks the command to end, the second one ends the process. */
export function processIo(): CommandIo {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    signal: interrupted.signal,
  };
}
