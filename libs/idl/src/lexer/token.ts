export type TokenKind = 'identifier' | 'integer' | 'double' | 'string' | 'symbol' | 'end';

/** One word of the language. */
export interface Token {
  readonly kind: TokenKind;
  /** As written; of a string what it means, without quotes and escapes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** First of its line: where the parser may pick up again after a fault. */
  readonly startsLine: boolean;
  /** The string goes over several lines. */
  readonly multiline: boolean;
  /** What the comments between the previous token and this one document. */
  readonly comments: TokenComments;
}

/** Raw doc comments before a token. */
export interface TokenComments {
  /** Documents what begins with this token. */
  readonly leading?: string;
  /** Ends the line of the previous token, and so documents what that line says. */
  readonly trailing?: string;
  /** First of several comments before this token: not about it. */
  readonly detached?: string;
}

/** A token without its surroundings. */
export interface ScannedWord {
  readonly kind: TokenKind;
  readonly text: string;
  readonly end: number;
  readonly multiline?: boolean;
}
