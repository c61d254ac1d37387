import stringWidth from 'fast-string-width';
import { printable } from './printable.js';

/** One fault in a `.thrift` file. */
export interface Diagnostic {
  /** Path of the file as it was opened. */
  readonly file: string;
  /** Line, counted from 1. */
  readonly line: number;
  /** Column in UTF-16 units, counted from 1. */
  readonly column: number;
  /** What is wrong, naming the thing at fault. */
  readonly message: string;
  /** What could have stood there instead, for faults of syntax. */
  readonly expected?: string;
  /** Text of the line; empty if the file could not be read. */
  readonly sourceLine: string;
}

const MAX_SHOWN_COLUMNS = 120;

/** Renders a diagnostic as `file:line:column: message`, followed by the line with a caret under the place. */
export function renderDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, message, expected, sourceLine } = diagnostic;
  const wanted = expected === undefined ? '' : `, expected ${expected}`;
  const headline = `${file}:${line}:${column}: ${message}${wanted}`;
  if (sourceLine === '') {
    return headline;
  }
  // Of a line without end only the part around the caret is of use.
  const from = Math.max(0, column - 1 - MAX_SHOWN_COLUMNS / 2);
  const shown = printable(sourceLine.slice(from, from + MAX_SHOWN_COLUMNS));
  // Tabs stay tabs, so that the caret stands below its character in every editor.
  const indent = shown
    .slice(0, column - 1 - from)
    .split('\t')
    // East Asian characters take two columns.
    .map((part) => ' '.repeat(stringWidth(part)))
    .join('\t');
  return `${headline}\n  ${shown}\n  ${indent}^`;
}
