import type { LintedFile } from './load-linted-files.js';

/** A comment that keeps one rule from speaking: in the whole file, or on one line. */
export interface Suppression {
  readonly rule: string;
  /** Of the comment. */
  readonly offset: number;
  /** The line, counted from 1, or all of them. */
  readonly line: number | 'all';
}

const DIRECTIVE = /^thrift-lint-disable-(file|next-line)(?=\s|$)(.*)$/s;
const COMMENT = /\/\/[^\r\n]*|#[^\r\n]*|\/\*[^]*?\*\//g;

/**
 * The suppressions of a file: `thrift-lint-disable-next-line rule-a, rule-b -- reason` and `thrift-lint-disable-file rule`
 * in any kind of comment. The next line is that of the next word of Thrift, so that other comments may come between.
 * A comment that names no rule gives a suppression of the rule `''`.
 */
export function findSuppressions({ source, tokens }: LintedFile): Suppression[] {
  // Few files have any; most need no second look at their comments.
  if (!source.text.includes('thrift-lint-disable-')) {
    return [];
  }
  const found: Suppression[] = [];
  let gapStart = 0;
  for (const token of tokens.all) {
    // Between two tokens there is nothing but blanks and comments.
    for (const comment of source.text.slice(gapStart, token.start).matchAll(COMMENT)) {
      const directive = DIRECTIVE.exec(contentOf(comment[0]));
      if (directive === null) {
        continue;
      }
      const line = directive[1] === 'file' ? 'all' : source.positionAt(token.start).line;
      const offset = gapStart + comment.index;
      for (const rule of ruleNames(directive[2] ?? '')) {
        found.push({ rule, offset, line });
      }
    }
    gapStart = token.end;
  }
  return found;
}

function contentOf(comment: string): string {
  if (comment.startsWith('#')) {
    return comment.slice(1).trim();
  }
  const content = comment.slice(2);
  return (comment.startsWith('/*') ? content.slice(0, -2).replace(/^\*+/, '') : content).trim();
}

function ruleNames(text: string): string[] {
  const [names = ''] = text.split(/(?:^|\s)--(?:\s|$)/, 1);
  return names.trim().split(/[\s,]+/);
}
