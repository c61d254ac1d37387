import { isUtf8 } from 'node:buffer';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandFailure } from '../../terminal/command-failure.js';
import { EXIT_CODES } from '../../terminal/exit-codes.js';

/**
 * Writes the texts of files that were fixed.
 *
 * @throws {CommandFailure} before anything is written, if one of the files has bytes that would be lost.
 */
export function writeFixed(texts: ReadonlyMap<string, string>, folder: string): void {
  for (const file of texts.keys()) {
    if (isUtf8(readFileSync(resolve(folder, file)))) continue;
    throw new CommandFailure(
      EXIT_CODES.INPUT,
      `${file} is not UTF-8, so --fix leaves all files alone; convert it first`,
    );
  }
  for (const [file, text] of texts) writeFileSync(resolve(folder, file), text);
}
