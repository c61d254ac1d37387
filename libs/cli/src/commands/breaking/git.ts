import { execFileSync } from 'node:child_process';
import { CommandFailure } from '../../terminal/command-failure.js';
import { EXIT_CODES } from '../../terminal/exit-codes.js';

/** Of a listing of all files of a repository; longer ones are refused. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/**
 * Runs git in a folder, without a shell.
 *
 * @returns what it wrote to standard output, or `undefined` if it failed.
 * @throws {CommandFailure} if there is no git.
 */
export function git(cwd: string, ...args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, {
      cwd,
      encoding: 'utf8',
      maxBuffer: MAX_OUTPUT_BYTES,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return undefined;
    throw new CommandFailure(
      EXIT_CODES.INPUT,
      'cannot run git; install it, or compare with a file or folder',
    );
  }
}
