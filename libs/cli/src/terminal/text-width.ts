import truncatedWidth from 'fast-string-truncated-width';
import { wrapAnsi } from 'fast-wrap-ansi';
import type { OutputStream } from './terminal.js';

const DEFAULT_COLUMNS = 80;
const MIN_COLUMNS = 20;

/** Columns that text for people is wrapped at: those of the terminal, or 80 where there is none. */
export function columnsOf({ columns, isTTY }: OutputStream): number {
  return isTTY && columns ? Math.max(MIN_COLUMNS, columns) : DEFAULT_COLUMNS;
}

/** Columns that a text takes in a terminal: two for wide characters, none for colours and combining marks. */
export function textWidth(text: string): number {
  return truncatedWidth(text, { limit: Infinity }).width;
}

/** Text that takes at most `columns`; where some is cut, an ellipsis ends it, and colours end with it. */
export function fitted(text: string, columns: number): string {
  const { index, truncated } = truncatedWidth(text, { limit: columns, ellipsis: '…' });
  if (!truncated) {
    return text;
  }
  const shown = `${text.slice(0, index)}…`;
  return text.includes('\u001b[') ? `${shown}\u001b[0m` : shown;
}

/** Paragraphs and indented lines, wrapped at words; what a line wraps to is indented as the line is. */
export function wrapped(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => {
      const [indent = ''] = /^ */.exec(line) ?? [];
      if (textWidth(line) <= columns || indent.length >= columns / 2) {
        return line;
      }
      const lines = wrapAnsi(line.slice(indent.length), columns - indent.length, { hard: false });
      return lines
        .split('\n')
        .map((part) => `${indent}${part}`)
        .join('\n');
    })
    .join('\n');
}
