import { resolve } from 'node:path';
import {
  generateJsonSchemas,
  generateTypeScript,
  type GeneratedFile,
  type GenerateOptions,
  type ImportExtension,
} from '@nestjs-thrift/codegen';
import { ParseCache, renderDiagnostic, type Diagnostic, type Schema } from '@nestjs-thrift/idl';
import type { IdlOptions } from '../../idl/idl-options.js';
import type { CommandIo } from '../../terminal/terminal.js';
import { matchesAny } from './annotation-patterns.js';
import { withSource } from './explain-idl-errors.js';
import type { Sources } from './find-sources.js';
import { importExtensionFor, runtimeModule } from './project.js';
import { loadSources } from './load-sources.js';

/** What the user asked of `gen`. */
export interface GenOptions extends IdlOptions {
  readonly out: string;
  readonly i64: 'bigint' | 'number' | 'string';
  readonly invalidUtf8: 'replace' | 'error';
  readonly codecs: 'lazy' | 'static';
  readonly fieldNames: 'idl' | 'camelCase';
  readonly defaultFields: 'optional' | 'zero';
  readonly target: 'nest' | 'node';
  readonly runtime?: string;
  readonly importExtension?: ImportExtension;
  readonly validators?: true;
  /** Patterns of the names of annotations that fields keep. */
  readonly annotations: readonly string[];
  readonly jsonSchema?: true;
  readonly watch?: true;
  readonly check?: true;
  readonly json?: true;
}

/** Options that both generators take. */
type CommonOptions = Required<Pick<GenerateOptions, 'mirroredPath' | 'only' | 'onWarning'>>;

/** Generates files from IDL; the second time on only those that a change of the IDL can have changed. */
export class FileGenerator {
  readonly #options: GenOptions;
  readonly #io: CommandIo;

  readonly #importExtension: ImportExtension;
  readonly #parseCache = new ParseCache();
  /** What the files of the last run said, by path. */
  #known = new Map<string, string>();
  /** By the source that each mirrors. */
  #generated = new Map<string, GeneratedFile[]>();

  constructor(options: GenOptions, io: CommandIo) {
    this.#options = options;
    this.#io = io;
    this.#importExtension =
      options.importExtension ?? importExtensionFor(resolve(io.cwd, options.out));
  }

  /**
   * Everything that the sources stand for.
   *
   * @throws {IdlError}
   * @throws {CommandFailure} if an included file lies where no output mirrors it.
   */
  generate(sources: Sources): GeneratedFile[] {
    const { cwd } = this.#io;
    const { schema, mirroredPath } = loadSources(sources, this.#options, cwd, this.#parseCache);
    const texts = this.#options.watch ? textsOf(schema) : new Map<string, string>();
    const changed = changedFiles(schema, this.#known, texts);
    const generated = new Map<string, GeneratedFile[]>();
    for (const file of Object.keys(schema.files)) {
      const source = mirroredPath(file);
      const kept = changed.has(file) ? undefined : this.#generated.get(source);
      generated.set(source, kept ?? []);
    }
    const onWarning = (warning: Diagnostic): void => this.#warn(warning, sources.baseDir);
    const only = (path: string): boolean => changed.has(path);
    for (const file of this.#write(schema, { mirroredPath, only, onWarning })) {
      generated.get(file.source)?.push(file);
    }
    this.#known = texts;
    this.#generated = generated;
    return [...generated.values()].flat();
  }

  #write(schema: Schema, common: CommonOptions): GeneratedFile[] {
    const { i64, invalidUtf8, codecs, fieldNames, defaultFields } = this.#options;
    const { validators = false, annotations, jsonSchema } = this.#options;
    const modules = generateTypeScript(schema, {
      i64,
      invalidUtf8,
      codecs,
      fieldNames,
      defaultFields,
      validators,
      annotations: (name) => matchesAny(annotations, name),
      runtime: runtimeModule(this.#options),
      importExtension: this.#importExtension,
      ...common,
    });
    if (!jsonSchema) {
      return modules;
    }
    // Both read the same annotations.
    const { onWarning, ...others } = common;
    const schemaOptions = { i64, ...others, ...(validators ? {} : { onWarning }) };
    return [...modules, ...generateJsonSchemas(schema, schemaOptions)];
  }

  #warn(warning: Diagnostic, baseDir: string): void {
    const text = renderDiagnostic(withSource(warning, baseDir, this.#io));
    this.#io.stderr.write(`warning: ${text}\n`);
  }
}

/** What each file of a schema says, to be compared later. */
function textsOf({ files }: Schema): Map<string, string> {
  return new Map(Object.entries(files).map(([path, file]) => [path, JSON.stringify(file)]));
}

/** Files that say something else than before, and those that include such files. Included files stand first. */
function changedFiles(
  { files }: Schema,
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): Set<string> {
  const changed = new Set<string>();
  for (const { path, includes } of Object.values(files)) {
    const text = now.get(path);
    const differs = text === undefined || text !== before.get(path);
    if (differs || includes.some((include) => changed.has(include.path))) {
      changed.add(path);
    }
  }
  return changed;
}
