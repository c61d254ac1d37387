import { glob } from 'tinyglobby';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';

/** The IDL files to generate from. */
export interface Sources {
  /** Relative to the working folder, with forward slashes, sorted. */
  readonly files: readonly string[];
  /** Folder whose structure the output mirrors. */
  readonly baseDir: string;
}

/** Finds the files that patterns, files and folders stand for. */
export async function findSources(patterns: readonly string[], cwd: string): Promise<Sources> {
  const found = await glob(patterns.map(normalize), { cwd, ignore: ['**/node_modules/**'] });
  const files = found.filter((file) => file.endsWith('.thrift')).sort();
  if (files.length === 0) {
    const wanted = patterns.map((pattern) => `'${pattern}'`).join(', ');
    throw new CommandFailure(EXIT_CODES.USAGE, `no .thrift file matches ${wanted} in ${cwd}`);
  }
  return { files, baseDir: baseFolder(patterns) };
}

/** The longest folder that all patterns share before their first wildcard. */
export function baseFolder(patterns: readonly string[]): string {
  const inclusive = patterns.map(normalize).filter((pattern) => !pattern.startsWith('!'));
  return commonFolder(inclusive.map(folderOf));
}

function normalize(pattern: string): string {
  return pattern.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
}

/** The part of a pattern before its first wildcard, without a file name. */
function folderOf(pattern: string): string {
  const segments = pattern.split('/');
  const wild = segments.findIndex((segment) => /[*?[\]{}()!+@]/.test(segment));
  if (wild !== -1) {
    return segments.slice(0, wild).join('/');
  }
  return pattern.endsWith('.thrift') ? segments.slice(0, -1).join('/') : pattern.replace(/\/$/, '');
}

function commonFolder(folders: readonly string[]): string {
  const [first = '', ...others] = folders;
  let common = first.split('/');
  for (const folder of others) {
    const segments = folder.split('/');
    const differs = common.findIndex((segment, index) => segment !== segments[index]);
    if (differs !== -1) {
      common = common.slice(0, differs);
    }
  }
  return common.join('/') || (first.startsWith('/') ? '/' : '.');
}
