/** Where services that are named, not generated, get their definitions from. */
export interface IdlOptions {
  /** The `.thrift` file, relative to the working directory. Services of the files it includes are found too. */
  readonly path: string;
  /** Folders that `include` lines are looked up in after the folder of the including file. */
  readonly includeDirs?: readonly string[];
  /** What i64 values are in TypeScript. Default `bigint`; `number` refuses values beyond 2^53. */
  readonly i64?: 'bigint' | 'number' | 'string';
}
