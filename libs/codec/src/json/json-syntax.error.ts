/** A text is not JSON. */
export class JsonSyntaxError extends SyntaxError {
  /** From 1, as is the column. */
  readonly line: number;
  readonly column: number;
  /** From 0, in UTF-16 units. */
  readonly offset: number;
  /** `trailing`: text follows the value. */
  readonly problem: 'malformed' | 'trailing' | 'too-deep';

  constructor(
    reason: string,
    text: string,
    offset: number,
    problem: JsonSyntaxError['problem'] = 'malformed',
  ) {
    const before = text.slice(0, offset);
    const line = before.split('\n').length;
    const column = offset - before.lastIndexOf('\n');
    super(`${reason} at line ${line}, column ${column}`);
    this.name = 'JsonSyntaxError';
    this.line = line;
    this.column = column;
    this.offset = offset;
    this.problem = problem;
  }
}
