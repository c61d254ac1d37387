import { readFileSync } from 'node:fs';

/** The cells of the first table of a page behind a line, row by row, without the head. */
export function tableBehind(page: string, line: string): string[][] {
  const lines = readFileSync(page, 'utf8').split('\n');
  const start = lines.indexOf(line);
  const head = lines.findIndex((text, index) => index > start && text.startsWith('|'));
  const end = lines.findIndex((text, index) => index > head && !text.startsWith('|'));
  return lines.slice(head + 2, end).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
