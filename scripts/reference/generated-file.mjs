// Files that scripts generate from the sources: written, or compared with `--check`.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';

export const root = path.resolve(import.meta.dirname, '../..');

/**
 * Writes a file if it changed; with `--check` it writes nothing, and the process fails if the file differs.
 *
 * @param {string} file path from the root of the repository.
 * @param {string} content
 * @param {string} command what writes it.
 */
export async function writeGenerated(file, content, command) {
  const target = path.join(root, file);
  const after = await format(content, { ...(await resolveConfig(target)), filepath: target });
  const before = existsSync(target) ? readFileSync(target, 'utf8') : '';
  if (after === before) {
    console.log(`${file} is up to date`);
  } else if (process.argv.includes('--check')) {
    console.error(`${file} differs from the sources; run ${command}`);
    process.exitCode = 1;
  } else {
    writeFileSync(target, after);
    console.log(`wrote ${file}`);
  }
}

/**
 * A table of Markdown.
 *
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
export function table(head, rows) {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

/**
 * The words of a comment on one line, without its tags.
 *
 * @param {string} comment
 */
export function proseOf(comment) {
  return comment
    .replace(/^\/\*\*|\*\/$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trim())
    .join(' ')
    .replace(/\s@[a-z]+\b.*$/i, '')
    .replaceAll(/\{@link ([^}]*)\}/g, '`$1`')
    .trim();
}
