import type { DocumentSyntax } from '../parser/syntax.js';
import type { FileSchema, Schema } from '../schema/schema.js';
import type { SourceText } from '../source/source-text.js';
import { TokenList } from './token-list.js';

/** One file as rules see it: what was written, token by token, and what it means. */
export class LintedFile {
  private tokenList: TokenList | undefined;

  constructor(
    readonly source: SourceText,
    readonly syntax: DocumentSyntax,
    /** The same file with its names resolved; definitions in the order of `syntax`. */
    readonly schema: FileSchema,
    /** The file among those it includes. */
    readonly all: Schema,
  ) {}

  get tokens(): TokenList {
    return (this.tokenList ??= new TokenList(this.source));
  }
}
