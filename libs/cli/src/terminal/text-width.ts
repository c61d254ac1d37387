import truncatedWidth from 'fast-string-truncated-width';
import { wrapAnsi } from 'fast-wrap-ansi';

/** What a command writes to. */
export interface OutputStream {
  readonly isTTY?: boolean;
  /** Columns of a terminal. */
  readonly columns?: number;
  write(text: string): unknown;
}

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

// The sequences of colours.
// eslint-disable-next-line no-control-regex
const COLORS = /(\u001b\[[\d;]*m)/;

/** Text that takes at most `columns`; where some is cut, an ellipsis ends it, and colours end with it. */
export function fitted(text: string, columns: number): string {
  if (textWidth(text) <= columns) {
    return text;
  }
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const parts = text.split(COLORS);
  const end = parts.length > 1 ? '…\u001b[0m' : '…';
  let [width, shown] = [0, ''];
  for (const part of parts) {
    if (COLORS.test(part)) {
      shown += part;
      continue;
    }
    for (const { segment } of segmenter.segment(part)) {
      width += textWidth(segment);
      if (width > columns - 1) {
        return shown + end;
      }
      shown += segment;
    }
  }
  return shown;
}

/** Lines wrapped at words; what a line wraps to is indented as its text is, behind the marker of a list. */
export function wrapped(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => (textWidth(line) <= columns ? line : wrapLine(line, columns)))
    .join('\n');
}

/**
 * Help as written in the sources, for a width: the lines of a paragraph are joined and wrapped, lists keep their indent, and
 * commands break with a backslash, so that they can be copied.
 */
export function reflowed(text: string, columns: number): string {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const last = lines.at(-1) ?? '';
    if (/^\S/.test(line) && /^\S/.test(last) && !last.endsWith(':')) {
      lines[lines.length - 1] = `${last} ${line}`;
    } else {
      lines.push(line);
    }
  }
  return lines
    .map((line) => {
      if (textWidth(line) <= columns) {
        return line;
      }
      return COMMAND_LINE.test(line) ? wrapCommand(line, columns) : wrapLine(line, columns);
    })
    .join('\n');
}

/** Deeper than half the width nothing could be read. */
function wrapLine(line: string, columns: number): string {
  const [marker = ''] = /^\s*(?:\S+ {2,})?/.exec(line) ?? [];
  const [indent = ''] = /^\s*/.exec(line) ?? [];
  const start = textWidth(marker) < columns / 2 ? marker : indent;
  const margin = ' '.repeat(Math.min(textWidth(start), Math.floor(columns / 2)));
  const rest = wrapAnsi(line.slice(start.length), columns - margin.length, { hard: false });
  const [first = '', ...others] = rest.split('\n');
  return [`${start}${first}`, ...others.map((part) => `${margin}${part.trimStart()}`)].join('\n');
}

const COMMAND_LINE = /^\s+(?:nestjs-thrift|echo) /;
/** Words of a shell, with the quotes in them. */
const WORDS = /(?:'[^']*'|"[^"]*"|[^\s'"])+/g;

/** A command over several lines, with the comment behind it below. */
function wrapCommand(line: string, columns: number): string {
  const [, indent = '', command = '', comment] = /^(\s+)(.*?)(?:\s{3,}(\S.*))?$/.exec(line) ?? [];
  const lines: string[] = [];
  let current = '';
  for (const word of command.match(WORDS) ?? []) {
    const margin = indent.length + (lines.length === 0 ? 0 : 2);
    const fits = margin + textWidth(`${current} ${word} \\`) <= columns;
    if (current !== '' && !fits) {
      lines.push(`${current} \\`);
      current = '';
    }
    current = current === '' ? word : `${current} ${word}`;
  }
  const all = [...lines, current].map(
    (part, index) => `${indent}${index === 0 ? '' : '  '}${part}`,
  );
  return comment === undefined
    ? all.join('\n')
    : [...all, wrapLine(`${indent}    # ${comment}`, columns)].join('\n');
}
