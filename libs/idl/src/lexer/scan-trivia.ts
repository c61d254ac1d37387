import type { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import type { SourceText } from '../source/source-text.js';
import { Code, isBlank } from './characters.js';
import type { Token, TokenComments } from './token.js';

export interface ScannedTrivia {
  /** Where the next token begins. */
  readonly offset: number;
  readonly startsLine: boolean;
  readonly comments: TokenComments;
}

const NO_COMMENTS: TokenComments = {};
const OPENING_BRACKETS = new Set(['{', '(', '[']);

/** Goes over blanks and comments, and sorts out what the doc comments among them belong to. */
export class TriviaScanner {
  readonly #source: SourceText;
  readonly #diagnostics: DiagnosticCollector;

  constructor(source: SourceText, diagnostics: DiagnosticCollector) {
    this.#source = source;
    this.#diagnostics = diagnostics;
  }

  scan(start: number, previous: Token | undefined): ScannedTrivia {
    const { text } = this.#source;
    let offset = start;
    let startsLine = previous === undefined;
    let comments = NO_COMMENTS;
    for (;;) {
      const code = text.charCodeAt(offset);
      if (isBlank(code)) {
        startsLine ||= code === Code.lineFeed || code === Code.carriageReturn;
        offset += 1;
      } else if (code === Code.hash || this.#isPair(offset, Code.slash, Code.slash)) {
        offset = this.#endOfLine(offset);
      } else if (this.#isPair(offset, Code.slash, Code.star)) {
        const end = this.#endOfComment(offset);
        if (this.#isDocComment(offset, end)) {
          const trails = !startsLine && this.#trails(previous, end);
          comments = addComment(comments, text.slice(offset, end), trails);
        }
        offset = end;
      } else {
        return { offset, startsLine, comments };
      }
    }
  }

  #isPair(offset: number, first: number, second: number): boolean {
    const { text } = this.#source;
    return text.charCodeAt(offset) === first && text.charCodeAt(offset + 1) === second;
  }

  #endOfLine(offset: number): number {
    const { text } = this.#source;
    let end = offset;
    while (end < text.length && !isLineEnd(text.charCodeAt(end))) {
      end += 1;
    }
    return end;
  }

  #endOfComment(start: number): number {
    const end = this.#source.text.indexOf('*/', start + 2);
    if (end !== -1) {
      return end + 2;
    }
    this.#diagnostics.report(this.#source, start, 'the comment is not closed', '"*/"');
    return this.#source.text.length;
  }

  /** Two stars and something to say: neither `/**` with the end at once nor a row of stars. */
  #isDocComment(start: number, end: number): boolean {
    if (this.#source.text.charCodeAt(start + 2) !== Code.star) {
      return false;
    }
    for (let offset = start + 3; offset < end - 2; offset += 1) {
      if (this.#source.text.charCodeAt(offset) !== Code.star) {
        return true;
      }
    }
    return false;
  }

  /** Behind something on its line and last there: a remark on what the line says, not on what follows. */
  #trails(previous: Token | undefined, end: number): boolean {
    if (previous === undefined || isOpeningBracket(previous)) {
      return false;
    }
    const { text } = this.#source;
    let offset = end;
    while (isBlank(text.charCodeAt(offset)) && !isLineEnd(text.charCodeAt(offset))) {
      offset += 1;
    }
    return offset >= text.length || isLineEnd(text.charCodeAt(offset));
  }
}

function addComment(comments: TokenComments, raw: string, trails: boolean): TokenComments {
  if (trails) {
    return { ...comments, trailing: raw };
  }
  const detached = comments.detached ?? comments.leading;
  return { ...comments, leading: raw, ...(detached === undefined ? {} : { detached }) };
}

/** A comment after an opening bracket describes the first item inside. */
function isOpeningBracket(token: Token): boolean {
  return token.kind === 'symbol' && OPENING_BRACKETS.has(token.text);
}

function isLineEnd(code: number): boolean {
  return code === Code.lineFeed || code === Code.carriageReturn;
}
