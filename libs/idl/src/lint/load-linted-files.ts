import type { DocumentSyntax } from '../parser/syntax.js';
import type { FileSchema, Schema } from '../schema/schema.js';
import type { SourceText } from '../source/source-text.js';
import { TokenList } from './token-list.js';
import { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import { linkFiles, type LinkOptions } from '../linker/link-files.js';
import { DocumentLoader } from '../loader/document-loader.js';
import { type ReadFile, readFromDisk } from '../loader/load-options.js';
import { normalizePath, schemaPath } from '../loader/paths.js';

/** One file as rules see it: what was written, token by token, and what it means. */
export class LintedFile {
  #tokenList: TokenList | undefined;

  constructor(
    readonly source: SourceText,
    readonly syntax: DocumentSyntax,
    /** The same file with its names resolved; definitions in the order of `syntax`. */
    readonly schema: FileSchema,
    /** The file among those it includes. */
    readonly all: Schema,
  ) {}

  get tokens(): TokenList {
    return (this.#tokenList ??= new TokenList(this.source));
  }
}

/** The files to look at, and how to read them. */
export interface LintSources extends LinkOptions {
  /** Paths of the files; those they include are read but not looked at. */
  readonly files: readonly string[];
  /** Folders to look for included files in, after the folder of the including file. None by default. */
  readonly includeDirs?: readonly string[];
  /** Reads a file by its path; from disk by default. */
  readonly readFile?: ReadFile;
}

/** Path of a file that exists nowhere and includes all others, so that each is read once however many share it. */
const ALL_FILES = '<all>.thrift';

/** @throws {IdlError} with the faults of all files. */
export function loadLintedFiles({
  files,
  includeDirs = [],
  readFile = readFromDisk,
  implicitFieldIds,
}: LintSources): LintedFile[] {
  const paths = files.map(normalizePath);
  const wanted = new Set(paths.map((path) => schemaPath('.', path)));
  const all = paths.map((file) => `include ${JSON.stringify(file)}\n`).join('');
  const options = {
    baseDir: '.',
    includeDirs,
    readFile: (path: string) => (path === ALL_FILES ? all : readFile(path)),
  };
  const diagnostics = new DiagnosticCollector();
  const loaded = new DocumentLoader(ALL_FILES, options, diagnostics).load();
  diagnostics.throwIfAny();
  const schema = linkFiles(loaded, diagnostics, { implicitFieldIds });
  return loaded.flatMap(({ path, document }) => {
    const linked = schema.files[path];
    const asked = wanted.has(path) && linked !== undefined;
    return asked ? [new LintedFile(document.source, document, linked, schema)] : [];
  });
}
