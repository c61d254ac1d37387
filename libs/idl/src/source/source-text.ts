import type { SourcePosition } from '../schema/schema.js';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** The text of one file and the way from an offset in it to line and column. */
export class SourceText {
  #lineStarts: readonly number[] | undefined;

  constructor(
    /** Path as people should read it in messages. */
    readonly file: string,
    readonly text: string,
    /** Some bytes of the file are not UTF-8; U+FFFD stands for them. */
    readonly isDamaged = false,
  ) {}

  positionAt(offset: number): SourcePosition {
    const starts = (this.#lineStarts ??= findLineStarts(this.text));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }

  /** Text of a line, counted from 1, without its line end. */
  lineAt(line: number): string {
    const starts = (this.#lineStarts ??= findLineStarts(this.text));
    const start = starts[line - 1] ?? this.text.length;
    let end = starts[line] ?? this.text.length;
    while (end > start && isLineEnd(this.text.charCodeAt(end - 1))) {
      end -= 1;
    }
    return this.text.slice(start, end);
  }
}

function findLineStarts(text: string): number[] {
  // A byte order mark takes no column.
  const starts = [text.charCodeAt(0) === 0xfeff ? 1 : 0];
  for (let offset = 0; offset < text.length; offset += 1) {
    const code = text.charCodeAt(offset);
    if (code === LINE_FEED) {
      starts.push(offset + 1);
    } else if (code === CARRIAGE_RETURN && text.charCodeAt(offset + 1) !== LINE_FEED) {
      starts.push(offset + 1);
    }
  }
  return starts;
}

function isLineEnd(code: number): boolean {
  return code === LINE_FEED || code === CARRIAGE_RETURN;
}
