import { readFileSync, statSync } from 'node:fs';
import type { ReadFile } from './load-options.js';

/** A hundred times the largest IDL known to us; longer files are refused before they are read. */
export const MAX_FILE_LENGTH = 4 * 1024 * 1024;

/** Reads from the file system; folders and missing files are no files, other failures are thrown. */
export const readFromDisk: ReadFile = (path) => {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile()) return undefined;
  if (stats.size > MAX_FILE_LENGTH) throw new Error(`it is longer than ${MAX_FILE_LENGTH} bytes`);
  return readFileSync(path, 'utf8');
};
