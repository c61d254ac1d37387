import { posix, relative, resolve } from 'node:path';
import picomatch from 'picomatch';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import { git, type GitResult } from './git.js';
import type { IdlVersion, WantedIdl } from './load-version.js';

/**
 * The version at a git ref: a branch, tag or commit. Nothing is checked out, and no lock is taken.
 *
 * @throws {CommandFailure} if the working folder is in no repository, or that has no such ref.
 */
export function versionInGit(
  ref: string,
  { relativePatterns, baseDir, cwd }: WantedIdl,
): IdlVersion {
  const prefix = git(cwd, 'rev-parse', '--show-prefix');
  if ('complaint' in prefix) {
    throw inputFailure(`there is no file or folder '${ref}', and git says: ${prefix.complaint}`);
  }
  const commit = git(cwd, 'rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`);
  if ('complaint' in commit) {
    throw inputFailure(
      `'${ref}' is neither a file nor a folder nor a git ref; in a shallow clone, fetch it first`,
    );
  }
  const blobs = listBlobs(cwd, commit.output.trim());
  const folder = relative(cwd, resolve(cwd, baseDir)).replaceAll('\\', '/');
  const base = posix.join(prefix.output.trim(), folder);
  const isWanted = matcherOf(relativePatterns);
  return {
    files: [...blobs.keys()]
      .map((path) => posix.relative(base, path))
      .filter(isWanted)
      .sort(),
    readFile: (path) => {
      const blob = blobs.get(posix.join(base, path));
      return blob === undefined ? undefined : outputOf(git(cwd, 'cat-file', 'blob', blob));
    },
    display: (path) => `${ref}:${posix.join(baseDir, path)}`,
  };
}

/** Ids of all files at a commit, by their paths from the root of the repository. */
function listBlobs(cwd: string, commit: string): Map<string, string> {
  const listing = outputOf(git(cwd, 'ls-tree', '-r', '-z', '--full-tree', commit));
  const blobs = new Map<string, string>();
  for (const entry of listing.split('\0')) {
    const [, blob, path] = /^100[0-7]{3} blob ([0-9a-f]+)\t(.+)$/s.exec(entry) ?? [];
    if (blob !== undefined && path?.endsWith('.thrift')) {
      blobs.set(path, blob);
    }
  }
  return blobs;
}

/** Patterns as they are understood for files on disk, where a folder stands for all in it. */
function matcherOf(patterns: readonly string[]): (path: string) => boolean {
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!')).flatMap(withContent);
  const ignore = patterns
    .filter((pattern) => pattern.startsWith('!'))
    .flatMap((pattern) => withContent(pattern.slice(1)));
  const matches = picomatch(wanted, { ignore: [...ignore, '**/node_modules/**'] });
  return (path) => !path.startsWith('../') && matches(path);
}

function withContent(pattern: string): string[] {
  return [pattern, `${pattern}/**`];
}

function outputOf(result: GitResult): string {
  if ('output' in result) {
    return result.output;
  }
  throw inputFailure(`git says: ${result.complaint}`);
}

function inputFailure(message: string): CommandFailure {
  return new CommandFailure(EXIT_CODES.INPUT, message);
}
