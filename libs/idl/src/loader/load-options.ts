import type { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import type { LinkOptions } from '../linker/link-files.js';
import { parseDocument } from '../parser/parse-document.js';
import type { DocumentSyntax } from '../parser/syntax.js';
import type { SourceText } from '../source/source-text.js';
import { readFileSync, statSync } from 'node:fs';

/** Keeps what was parsed, so that loading again parses those files only whose text has changed since. */
export class ParseCache {
  readonly #documents = new Map<string, DocumentSyntax>();

  /** @internal */
  parse(source: SourceText, diagnostics: DiagnosticCollector): DocumentSyntax {
    const known = this.#documents.get(source.file);
    if (known?.source.text === source.text) {
      return known;
    }
    const faultsBefore = diagnostics.count;
    const document = parseDocument(source, diagnostics);
    // What is faulty is parsed again, as its faults have to be reported again.
    if (diagnostics.count === faultsBefore) {
      this.#documents.set(source.file, document);
    }
    return document;
  }
}

/** A hundred times the largest IDL known to us; longer files are refused before they are read. */
export const MAX_FILE_LENGTH = 4 * 1024 * 1024;

/** Reads from the file system; folders and missing files are not files, other failures are thrown. */
export const readFromDisk: ReadFile = (path) => {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile()) {
    return undefined;
  }
  if (stats.size > MAX_FILE_LENGTH) {
    throw new Error(`it is longer than ${MAX_FILE_LENGTH} bytes`);
  }
  return readFileSync(path);
};

/**
 * Gives what a file holds, or `undefined` if there is none at the path: its bytes, or its text. Only bytes show that a
 * file is not UTF-8.
 */
export type ReadFile = (path: string) => string | Uint8Array | undefined;

/** How {@link loadSchema} finds files and numbers fields. */
export interface LoadOptions extends LinkOptions {
  /**
   * Folders to look for included files in, in this order, after the folder of the including file. None by default.
   * Equivalent to `-I` of the Apache compiler and of Kitex.
   */
  readonly includeDirs?: readonly string[];
  /**
   * Reads a file; paths have forward slashes and are those given to {@link loadSchema} and `includeDirs`, joined with
   * the includes. By default files come from disk; replace it to load from a git revision, an archive or memory.
   */
  readonly readFile?: ReadFile;
  /** Keeps what was parsed from one load to the next. None by default. */
  readonly parseCache?: ParseCache;
  /** Folder that paths in the schema are relative to; by default that of the root file. */
  readonly baseDir?: string;
}
