/** One version of the IDL; all paths in it are relative to its base folder, with forward slashes. */
export interface IdlVersion {
  /** The files to compare, without those they include. */
  readonly files: readonly string[];
  /** Text of a file, whether it is one of `files` or not. */
  readFile(path: string): string | undefined;
  /** A file as people know it. */
  display(path: string): string;
  /** Paths in the new version of files that have another one here. */
  readonly renamedFiles?: Readonly<Record<string, string>>;
}

/** What the command was asked to compare. */
export interface WantedIdl {
  /** Patterns as they were given. */
  readonly patterns: readonly string[];
  /** The patterns relative to the base folder. */
  readonly relativePatterns: readonly string[];
  /** Base folder of the new version, relative to the working folder. */
  readonly baseDir: string;
  /** The files of the new version, relative to the base folder. */
  readonly files: readonly string[];
  readonly cwd: string;
}
