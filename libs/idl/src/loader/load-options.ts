import type { ParseCache } from './parse-cache.js';

/** Gives the text of a file, or `undefined` if there is none at the path. */
export type ReadFile = (path: string) => string | undefined;

/** How {@link loadSchema} finds files. */
export interface LoadOptions {
  /**
   * Folders to look for included files in, in this order, after the folder of the including file. None by default.
   * Equivalent to `-I` of the Apache compiler and of Kitex.
   */
  readonly includeDirs?: readonly string[];
  /**
   * Reads a file; paths have forward slashes and are those given to {@link loadSchema} and `includeDirs`, joined with
   * the includes. By default files come from disk; replace it to load from a git revision, an archive or memory.
   */
  readonly readFile?: ReadFile;
  /** Keeps what was parsed from one load to the next. None by default. */
  readonly parseCache?: ParseCache;
  /** Folder that paths in the schema are relative to; by default that of the root file. */
  readonly baseDir?: string;
}
