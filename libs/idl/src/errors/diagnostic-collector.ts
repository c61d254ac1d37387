import type { SourcePosition } from '../schema/schema.js';
import type { SourceText } from '../source/source-text.js';
import type { Diagnostic } from './diagnostic.js';
import { printable } from './printable.js';
import { IdlError } from './idl.error.js';

const MAX_DIAGNOSTICS = 100;

/** Gathers the faults of one run; gives up with an {@link IdlError} when there are too many to be of help. */
export class DiagnosticCollector {
  readonly #diagnostics: Diagnostic[] = [];
  readonly #seen = new Set<string>();

  /** How many faults there are so far. */
  get count(): number {
    return this.#diagnostics.length;
  }

  /** Takes a fault at an offset or a position of a file. */
  report(
    source: SourceText,
    at: number | SourcePosition,
    message: string,
    expected?: string,
  ): void {
    const position = typeof at === 'number' ? source.positionAt(at) : at;
    // Two passes may stumble over the same place; people need to hear it once.
    const identity = `${source.file}\0${position.line}:${position.column}\0${message}`;
    if (this.#seen.has(identity)) {
      return;
    }
    this.#seen.add(identity);
    this.#diagnostics.push({
      file: source.file,
      ...position,
      // Names and texts of the file are part of messages.
      message: printable(message),
      ...(expected === undefined ? {} : { expected }),
      sourceLine: source.lineAt(position.line),
    });
    if (this.#diagnostics.length >= MAX_DIAGNOSTICS) {
      this.throwIfAny();
    }
  }

  /** Reports and gives up at once: for limits, beyond which going on would cost more than it tells. */
  fail(source: SourceText, at: number | SourcePosition, message: string): never {
    this.report(source, at, message);
    throw new IdlError(this.#diagnostics);
  }

  throwIfAny(): void {
    if (this.#diagnostics.length > 0) {
      throw new IdlError(this.#diagnostics);
    }
  }
}
