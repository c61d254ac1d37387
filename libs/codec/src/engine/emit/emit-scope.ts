import { CodeWriter } from './code-writer.js';
import type { EmitContext, RuntimeName } from './emit-context.js';

/** The code of one method while it is emitted. Its variables are `bytes`, `p` and, for reading, `input` and `end`. */
export class EmitScope {
  readonly context: EmitContext;
  readonly code: CodeWriter;

  constructor(context: EmitContext, code: CodeWriter) {
    this.context = context;
    this.code = code;
  }

  runtime(name: RuntimeName): string {
    return this.context.runtime(name);
  }

  /** A type annotation with its colon; nothing in JavaScript. */
  annotation(type: () => string): string {
    return this.context.language === 'typescript' ? `: ${type()}` : '';
  }

  /** An element known to be there: `expression` with a non-null assertion where types are checked. */
  element(expression: string): string {
    return this.context.language === 'typescript' ? `${expression}!` : expression;
  }

  /** The byte `offset` after `p`. */
  byte(offset = 0): string {
    return this.element(`bytes[${offset === 0 ? 'p' : `p + ${offset}`}]`);
  }
}
