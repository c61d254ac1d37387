/** Collects lines of code with their indentation, and hands out names for variables. */
export class CodeWriter {
  readonly #lines: string[] = [];
  #indentation = '';
  #names = 0;

  line(text: string): void {
    this.#lines.push(this.#indentation + text);
  }

  /** Lines between `head {` and `}`; `tail` follows the closing brace. */
  block(head: string, body: () => void, tail = ''): void {
    this.line(`${head} {`);
    this.#indentation += '  ';
    body();
    this.#indentation = this.#indentation.slice(2);
    this.line(`}${tail}`);
  }

  /** A name not given out before: `prefix` and a number. */
  fresh(prefix: string): string {
    this.#names += 1;
    return `${prefix}${this.#names}`;
  }

  toString(): string {
    return this.#lines.join('\n');
  }
}
