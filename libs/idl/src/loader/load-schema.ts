import { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import { linkFiles, type LinkOptions } from '../linker/link-files.js';
import type { Schema } from '../schema/schema.js';
import { DocumentLoader } from './document-loader.js';
import type { LoadOptions } from './load-options.js';
import { normalizePath } from './paths.js';

/**
 * Loads a `.thrift` file and everything it includes.
 *
 * Accepts what Apache Thrift or Kitex's thriftgo accepts. Reads synchronously: loading belongs to start-up and to
 * tools. Files of up to 4 MiB each, 10,000 of them, nested 200 deep.
 *
 * @throws {IdlError} with all faults of all files: unreadable files, syntax, unknown names, values that do not fit.
 * @example
 * const schema = loadSchema('idl/user.thrift', { includeDirs: ['idl/shared'] });
 */
export function loadSchema(path: string, options: LoadOptions = {}): Schema {
  const diagnostics = new DiagnosticCollector();
  const files = new DocumentLoader(path, options, diagnostics).load();
  // Names that a broken file should have defined would be reported as unknown, one by one.
  diagnostics.throwIfAny();
  return linkFiles(files, diagnostics, options);
}

/** How {@link loadSchemaFromText} names and completes a text. */
export interface LoadTextOptions extends LinkOptions {
  /** Path of the text, in the schema and in messages; `main.thrift` by default. */
  readonly file?: string;
  /** Texts of the files it may include, by path. */
  readonly includes?: Readonly<Record<string, string>>;
}

/**
 * Links IDL held in memory. Nothing is read from disk.
 *
 * @throws {IdlError} as {@link loadSchema} does.
 * @example
 * const schema = loadSchemaFromText('service Echo { string echo(1: string text) }');
 */
export function loadSchemaFromText(text: string, options: LoadTextOptions = {}): Schema {
  const { file = 'main.thrift', includes = {}, implicitFieldIds } = options;
  const texts = new Map(
    Object.entries(includes).map(([path, held]) => [normalizePath(path), held]),
  );
  texts.set(normalizePath(file), text);
  const readFile = (path: string) => texts.get(path);
  return loadSchema(file, { readFile, baseDir: '.', implicitFieldIds });
}
