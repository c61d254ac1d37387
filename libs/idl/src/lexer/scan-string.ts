import type { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import type { SourceText } from '../source/source-text.js';
import { Code } from './characters.js';
import type { ScannedWord } from './token.js';

const ESCAPES: Readonly<Record<string, string>> = {
  r: '\r',
  n: '\n',
  t: '\t',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

/**
 * What a literal's inner text means. Escapes outside Thrift's six keep their backslash, as thriftgo has it: regular
 * expressions in annotations are written that way.
 */
export function unescapeLiteral(inner: string): string {
  if (!inner.includes('\\')) {
    return inner;
  }
  return inner.replace(
    /\\([\s\S])/g,
    (written, character: string) => ESCAPES[character] ?? written,
  );
}

/** Scans literals in either quotes. */
export class StringScanner {
  readonly #source: SourceText;
  readonly #diagnostics: DiagnosticCollector;

  /** Once a literal was found without end, no later one may search beyond its line: the text is read a fixed number of times. */
  #foundUnclosed = false;

  constructor(source: SourceText, diagnostics: DiagnosticCollector) {
    this.#source = source;
    this.#diagnostics = diagnostics;
  }

  scan(start: number): ScannedWord {
    const { text } = this.#source;
    const quote = text.charCodeAt(start);
    let lineEnd = -1;
    for (let end = start + 1; end < text.length; end += 1) {
      const code = text.charCodeAt(end);
      if (code === quote) {
        return this.#take(start, end, lineEnd !== -1);
      }
      if (code === Code.backslash && text.charCodeAt(end + 1) !== Code.lineFeed) {
        end += 1;
      } else if (code === Code.lineFeed && lineEnd === -1) {
        lineEnd = end;
        if (this.#foundUnclosed) {
          break;
        }
      }
    }
    this.#foundUnclosed = true;
    this.#diagnostics.report(this.#source, start, 'the string is not closed', 'a closing quote');
    const end = lineEnd === -1 ? text.length : lineEnd;
    return { kind: 'string', text: text.slice(start + 1, end), end };
  }

  #take(start: number, end: number, multiline: boolean): ScannedWord {
    const inner = this.#source.text.slice(start + 1, end);
    if (this.#source.isDamaged && inner.includes('\ufffd')) {
      const message = 'the string has bytes that are not UTF-8; save the file as UTF-8';
      this.#diagnostics.report(this.#source, start, message);
    }
    return { kind: 'string', text: unescapeLiteral(inner), end: end + 1, multiline };
  }
}
