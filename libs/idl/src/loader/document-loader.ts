import { posix } from 'node:path';
import { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import type { IncludeSyntax, LoadedFile } from '../parser/syntax.js';
import { decodeSource } from '../source/decode-source.js';
import { SourceText } from '../source/source-text.js';
import {
  type LoadOptions,
  type ReadFile,
  ParseCache,
  MAX_FILE_LENGTH,
  readFromDisk,
} from './load-options.js';
import { includeCandidates, normalizePath, prefixOf, schemaPath } from './paths.js';

const MAX_FILES = 10_000;
const MAX_INCLUDE_DEPTH = 200;

/** Reads a file and all it includes, each once. */
export class DocumentLoader {
  readonly #rootPath: string;
  readonly #diagnostics: DiagnosticCollector;

  readonly #readFile: ReadFile;
  readonly #includeDirs: readonly string[];
  readonly #baseDir: string;
  readonly #parseCache: ParseCache;
  /** By schema path, in the order of completion: included files first. */
  readonly #files = new Map<string, LoadedFile>();
  /** Schema paths of the files that are being read, each including the next. */
  readonly #chain: string[] = [];

  constructor(rootPath: string, options: LoadOptions, diagnostics: DiagnosticCollector) {
    this.#rootPath = rootPath;
    this.#diagnostics = diagnostics;

    this.#rootPath = normalizePath(rootPath);
    this.#readFile = options.readFile ?? readFromDisk;
    this.#includeDirs = (options.includeDirs ?? []).map(normalizePath);
    this.#parseCache = options.parseCache ?? new ParseCache();
    this.#baseDir = options.baseDir ?? posix.dirname(this.#rootPath);
  }

  /** All files, the root last. */
  load(): readonly LoadedFile[] {
    const origin = new SourceText(this.#rootPath, '');
    const source = this.#read(this.#rootPath);
    if (source === undefined) {
      this.#diagnostics.fail(origin, 0, 'there is no such file');
    }
    this.#add(source, origin, 0);
    return [...this.#files.values()];
  }

  #add(source: SourceText, origin: SourceText, offset: number): LoadedFile {
    const path = source.file;
    if (this.#files.size + this.#chain.length >= MAX_FILES) {
      this.#diagnostics.fail(origin, offset, `more than ${MAX_FILES} files are included`);
    }
    if (this.#chain.length >= MAX_INCLUDE_DEPTH) {
      this.#diagnostics.fail(origin, offset, `included more than ${MAX_INCLUDE_DEPTH} files deep`);
    }
    const document = this.#parseCache.parse(source, this.#diagnostics);
    const key = schemaPath(this.#baseDir, path);
    this.#chain.push(key);
    const includes = new Set<LoadedFile>();
    for (const include of document.includes) {
      const included = this.#include(path, document.source, include);
      if (included !== undefined) {
        includes.add(included);
      }
    }
    this.#chain.pop();
    const file = { path: key, prefix: prefixOf(path), document, includes: [...includes] };
    this.#files.set(key, file);
    return file;
  }

  #include(
    includingPath: string,
    source: SourceText,
    { path: included, offset }: IncludeSyntax,
  ): LoadedFile | undefined {
    const candidates = includeCandidates(includingPath, included, this.#includeDirs);
    for (const path of candidates) {
      const key = schemaPath(this.#baseDir, path);
      const known = this.#files.get(key);
      if (known !== undefined) {
        return known;
      }
      if (this.#chain.includes(key)) {
        return this.#reportCycle(key, source, offset);
      }
      const found = this.#read(path);
      if (found !== undefined) {
        return this.#add(found, source, offset);
      }
    }
    const looked = candidates.join(', ');
    this.#diagnostics.report(source, offset, `cannot find "${included}"; looked for ${looked}`);
    return undefined;
  }

  #reportCycle(key: string, source: SourceText, offset: number): undefined {
    const cycle = [...this.#chain.slice(this.#chain.indexOf(key)), key].join(' -> ');
    this.#diagnostics.report(source, offset, `files include each other: ${cycle}`);
  }

  /** The text of a file, if there is one. A file that cannot be read is itself the place of the fault, whatever includes it. */
  #read(path: string): SourceText | undefined {
    try {
      const content = this.#readFile(path);
      if (content === undefined) {
        return undefined;
      }
      if (content.length <= MAX_FILE_LENGTH) {
        const { text, isDamaged } = decodeSource(content);
        return new SourceText(path, text, isDamaged);
      }
      throw new Error(`it is longer than ${MAX_FILE_LENGTH} characters`);
    } catch (error) {
      const reason = (error as Error).message;
      return this.#diagnostics.fail(
        new SourceText(path, ''),
        0,
        `cannot read "${path}": ${reason}`,
      );
    }
  }
}
