import { readFileSync, writeFileSync } from 'node:fs';

/**
 * The text of a committed file that a generated text has to equal, so that each change of it shows in a diff. With
 * `UPDATE_GOLDEN=1` in the environment the generated text is written to the file first.
 */
export function goldenText(file: URL, generated: string): string {
  if (process.env.UPDATE_GOLDEN === '1') {
    writeFileSync(file, generated);
  }
  return readFileSync(file, 'utf8');
}
