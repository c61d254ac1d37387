import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/** Text of a file below the parts of a path, or nothing if there is no such file. */
export function readDiskFile(...parts: readonly string[]): string | undefined {
  const file = resolve(...parts);
  const isFile = statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
  return isFile ? readFileSync(file, 'utf8') : undefined;
}
