import type { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import { cleanDocComment } from '../lexer/doc-comment.js';
import { Lexer } from '../lexer/lexer.js';
import type { Token } from '../lexer/token.js';
import type { SourceText } from '../source/source-text.js';

/** Deeper nesting than this, of types or of values, is rejected: it does not occur in practice, and recursion must be bounded. */
export const MAX_NESTING = 64;

/** Unwinds the parser to the definition that cannot be read; the diagnostic is already reported. */
export class SyntaxFailure extends Error {}

/** One token of look-ahead over a file, and what a recursive descent needs to ask of it. */
export class TokenCursor {
  readonly #lexer: Lexer;
  #nesting = 0;
  /** The token to be read next. */
  token: Token;

  constructor(
    readonly source: SourceText,
    readonly diagnostics: DiagnosticCollector,
  ) {
    this.#lexer = new Lexer(source, diagnostics);
    this.token = this.#lexer.next(undefined);
  }

  get atEnd(): boolean {
    return this.token.kind === 'end';
  }

  advance(): Token {
    const { token } = this;
    this.token = this.#lexer.next(token);
    return token;
  }

  isSymbol(symbol: string): boolean {
    return this.token.kind === 'symbol' && this.token.text === symbol;
  }

  isWord(word: string): boolean {
    return this.token.kind === 'identifier' && this.token.text === word;
  }

  acceptSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) {
      return false;
    }
    this.advance();
    return true;
  }

  acceptWord(word: string): boolean {
    if (!this.isWord(word)) {
      return false;
    }
    this.advance();
    return true;
  }

  expectSymbol(symbol: string, where: string): void {
    if (!this.acceptSymbol(symbol)) {
      this.failExpecting(`"${symbol}" ${where}`);
    }
  }

  /** Any word, dotted or not; Thrift's own words are names wherever a name is due. */
  expectIdentifier(what: string): Token {
    if (this.token.kind !== 'identifier') {
      this.failExpecting(what);
    }
    return this.advance();
  }

  /** The name of something defined here, so without a dot. */
  expectName(what: string): Token {
    const token = this.expectIdentifier(what);
    if (token.text.includes('.')) {
      this.fail(token, `"${token.text}" must not have a dot`, what);
    }
    return token;
  }

  expectString(what: string): Token {
    if (this.token.kind !== 'string') {
      this.failExpecting(what);
    }
    return this.advance();
  }

  /** Commas and semicolons are optional wherever they may stand. */
  skipSeparators(): void {
    while (this.isSymbol(',') || this.isSymbol(';')) {
      this.advance();
    }
  }

  /** Text of the doc comment of what begins with `first` and has just been read to its end. */
  docOf(first: Token): string | undefined {
    const raw = first.comments.leading ?? this.token.comments.trailing;
    return raw === undefined ? undefined : cleanDocComment(raw);
  }

  nested<T>(parse: () => T): T {
    if (this.#nesting === MAX_NESTING) {
      this.fail(this.token, `nested more than ${MAX_NESTING} levels deep`);
    }
    this.#nesting += 1;
    try {
      return parse();
    } finally {
      this.#nesting -= 1;
    }
  }

  failExpecting(expected: string): never {
    this.fail(this.token, `unexpected ${describe(this.token)}`, expected);
  }

  fail(token: Token, message: string, expected?: string): never {
    this.diagnostics.report(this.source, token.start, message, expected);
    throw new SyntaxFailure(message);
  }
}

function describe(token: Token): string {
  if (token.kind === 'end') {
    return 'end of file';
  }
  const text = token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text;
  return token.kind === 'string' ? `string ${JSON.stringify(text)}` : `"${text}"`;
}
