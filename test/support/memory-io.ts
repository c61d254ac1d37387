import { Readable } from 'node:stream';
import type { CommandIo } from '@nestjs-thrift/cli';

/** A terminal that keeps what was written to it. */
export interface MemoryIo extends CommandIo {
  out(): string;
  err(): string;
  /** Presses Ctrl-C. */
  interrupt(): void;
}

export function memoryIo(
  cwd: string,
  overrides: { isTTY?: boolean; env?: CommandIo['env']; stdin?: string } = {},
): MemoryIo {
  const { isTTY = false, env = {}, stdin = '' } = overrides;
  const interrupted = new AbortController();
  let out = '';
  let err = '';
  return {
    stdin: Readable.from([stdin]),
    stdout: { isTTY, write: (text) => (out += text) },
    stderr: { isTTY, write: (text) => (err += text) },
    env,
    cwd,
    signal: interrupted.signal,
    out: () => out,
    err: () => err,
    interrupt: () => interrupted.abort(),
  };
}
