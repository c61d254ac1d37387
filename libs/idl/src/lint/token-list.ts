import { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import { Lexer } from '../lexer/lexer.js';
import type { Token } from '../lexer/token.js';
import type { SourceText } from '../source/source-text.js';

/** All tokens of a file that parses, and the way from an offset to its token and its neighbours. */
export class TokenList {
  readonly all: readonly Token[];
  readonly #indexes = new Map<number, number>();

  constructor(source: SourceText) {
    // Whatever there was to report has been when the file was parsed.
    const lexer = new Lexer(source, new DiagnosticCollector());
    const tokens: Token[] = [];
    let token: Token | undefined;
    do {
      token = lexer.next(token);
      this.#indexes.set(token.start, tokens.length);
      tokens.push(token);
    } while (token.kind !== 'end');
    this.all = tokens;
  }

  /** The token that starts at an offset the parser gave. */
  at(offset: number): Token {
    return this.#byIndex(this.#indexOf(offset));
  }

  before(token: Token): Token | undefined {
    return this.all[this.#indexOf(token.start) - 1];
  }

  after(token: Token): Token | undefined {
    return this.all[this.#indexOf(token.start) + 1];
  }

  #indexOf(offset: number): number {
    return this.#indexes.get(offset) ?? -1;
  }

  #byIndex(index: number): Token {
    const token = this.all[index];
    if (token === undefined) {
      throw new RangeError('no token starts there');
    }
    return token;
  }
}
