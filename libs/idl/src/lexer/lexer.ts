import { describeCharacters } from '../errors/printable.js';
import type { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import type { SourceText } from '../source/source-text.js';
import { Code, isBlank, isNamePart, isNameStart, isSymbol } from './characters.js';
import { scanNumber } from './scan-number.js';
import { StringScanner } from './scan-string.js';
import type { ScannedWord, Token, TokenKind } from './token.js';
import { TriviaScanner } from './scan-trivia.js';

/** What messages call the dialect; its messages are the same on the wire, its IDL is not. */
export const FBTHRIFT = "fbthrift, Meta's dialect, which Apache Thrift and Kitex do not read";

/** Cuts a file into tokens, one at a time, in time linear in its length whatever it contains. */
export class Lexer {
  readonly #source: SourceText;
  readonly #diagnostics: DiagnosticCollector;

  readonly #text: string;
  readonly #trivia: TriviaScanner;
  readonly #strings: StringScanner;
  #offset: number;

  constructor(source: SourceText, diagnostics: DiagnosticCollector) {
    this.#source = source;
    this.#diagnostics = diagnostics;

    this.#text = source.text;
    this.#trivia = new TriviaScanner(source, diagnostics);
    this.#strings = new StringScanner(source, diagnostics);
    this.#offset = this.#text.charCodeAt(0) === Code.byteOrderMark ? 1 : 0;
  }

  /** The next token; from the end of the text on, the `end` token again and again. */
  next(previous: Token | undefined): Token {
    let { offset, startsLine, comments } = this.#trivia.scan(this.#offset, previous);
    let word = this.#scanWord(offset);
    while (word === undefined) {
      ({ offset } = this.#trivia.scan(this.#skipUnknown(offset), previous));
      word = this.#scanWord(offset);
    }
    const { kind, text, end, multiline = false } = word;
    this.#offset = end;
    return { kind, text, start: offset, end, startsLine, multiline, comments };
  }

  /** The word at `start`; `undefined` for characters that mean nothing in Thrift. */
  #scanWord(start: number): ScannedWord | undefined {
    const code = this.#text.charCodeAt(start);
    if (isNameStart(code)) {
      return this.#take('identifier', start, scanIdentifier(this.#text, start));
    }
    // A minus may begin a number.
    if (isSymbol(code) && code !== Code.minus) {
      return this.#take('symbol', start, start + 1);
    }
    if (Number.isNaN(code)) {
      return { kind: 'end', text: '', end: start };
    }
    if (code === Code.doubleQuote || code === Code.singleQuote) {
      return this.#strings.scan(start);
    }
    const number = scanNumber(this.#text, start);
    if (number !== undefined) {
      return this.#take(number.kind, start, number.end);
    }
    return code === Code.minus ? this.#take('symbol', start, start + 1) : undefined;
  }

  #take(kind: TokenKind, start: number, end: number): ScannedWord {
    return { kind, text: this.#text.slice(start, end), end };
  }

  #isUnknown(offset: number): boolean {
    const code = this.#text.charCodeAt(offset);
    if (Number.isNaN(code) || isNamePart(code) || isSymbol(code)) {
      return false;
    }
    if (code === Code.doubleQuote || code === Code.singleQuote) {
      return false;
    }
    return scanNumber(this.#text, offset) === undefined;
  }

  /** Reports a run of characters that mean nothing in Thrift, once, and goes behind it. */
  #skipUnknown(start: number): number {
    let end = start;
    while (!isBlank(this.#text.charCodeAt(end)) && this.#isUnknown(end)) {
      end += 1;
    }
    const run = this.#text.slice(start, Math.min(end, start + 20));
    const message =
      run.startsWith('@') && isNameStart(this.#text.charCodeAt(end))
        ? `"@" begins a structured annotation of ${FBTHRIFT}; write (key = "value") behind the name`
        : `unexpected ${describeCharacters(run)}`;
    this.#diagnostics.report(this.#source, start, message);
    return end;
  }
}

/** Names may hold dots, each followed by at least one character: `shared.User`. */
function scanIdentifier(text: string, start: number): number {
  let end = start + 1;
  for (;;) {
    const code = text.charCodeAt(end);
    if (isNamePart(code)) {
      end += 1;
    } else if (code === Code.dot && isNamePart(text.charCodeAt(end + 1))) {
      end += 2;
    } else {
      return end;
    }
  }
}
