import { execFileSync } from 'node:child_process';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';

/** Of a listing of all files of a repository; longer ones are refused. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/** What git wrote to standard output, or the first line of what it complained of. */
export type GitResult = { readonly output: string } | { readonly complaint: string };

/**
 * Runs git in a folder, without a shell.
 *
 * @throws {CommandFailure} if there is no git.
 */
export function git(cwd: string, ...args: readonly string[]): GitResult {
  try {
    const output = execFileSync('git', args, {
      cwd,
      encoding: 'utf8',
      maxBuffer: MAX_OUTPUT_BYTES,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { output };
  } catch (error) {
    const { code, stderr, message } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code !== 'ENOENT') {
      return { complaint: firstLine(stderr ?? '') || firstLine(message) };
    }
    const way = 'install it, or compare with a file or folder';
    throw new CommandFailure(EXIT_CODES.INPUT, `cannot run git; ${way}`);
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
