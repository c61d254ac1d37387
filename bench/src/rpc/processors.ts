import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

/**
 * Keeps a process on one processor: servers on the first, clients on the second, as if they were machines of their own.
 * Left to itself the kernel puts two processes that wake each other up on one processor at one time and on two at
 * another. Does nothing without `taskset`, which is Linux's, or with one processor.
 */
export function keepOnProcessor(pid: number, processor: 0 | 1): void {
  if (cpus().length < 2) {
    return;
  }
  try {
    execFileSync('taskset', ['-a', '-p', '-c', String(processor), String(pid)], {
      stdio: 'ignore',
    });
  } catch {
    // No taskset, or not allowed: the kernel decides.
  }
}
