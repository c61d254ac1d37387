import type {
  ConstantValue,
  Schema,
  DefinitionReference,
  FileSchema,
  TypeSchema,
} from '@nestjs-thrift/idl';
import { nameFile, type FileNames, moduleSpecifier } from '../naming/file-names.js';
import type { EnumShape, StructShape } from '@nestjs-thrift/codec/compiler';
import {
  constantValue,
  emitConstant,
  emitStructCodec,
  isRuntimeType,
  SchemaShapes,
  typescriptType,
  type CodecOptions,
  type EmitContext,
  type RuntimeName,
} from '@nestjs-thrift/codec/compiler';
import { type GenerateOptions, readProtocols } from '../generate-options.js';
import { getOrAdd, ImportList, type ImportUse } from './import-list.js';

/** The names of all files of a schema, each file named when it is first asked for. */
export class SchemaNames {
  readonly #files = new Map<string, FileNames>();

  constructor(
    readonly schema: Schema,
    readonly localNames: RegExp,
  ) {}

  of(path: string): FileNames {
    const known = this.#files.get(path);
    if (known !== undefined) {
      return known;
    }
    const file = this.schema.files[path];
    if (file === undefined) {
      throw new Error(`the schema refers to ${path}, which it does not hold`);
    }
    const names = nameFile(file, this.localNames);
    this.#files.set(path, names);
    return names;
  }
}

/** Module that emitted code imports its helpers from. */
export const RUNTIME_MODULE = '@nestjs-thrift/codec/runtime';

/** What the text of one generated file can refer to, and what it has to import for that. */
export class FileScope {
  readonly #schemaNames: SchemaNames;

  readonly names: FileNames;
  readonly imports: ImportList;
  readonly context: EmitContext;
  readonly schema: Schema;
  /** The shapes that codecs are emitted from. */
  readonly shapes: SchemaShapes;
  readonly i64: CodecOptions['i64'];
  /** The path that the output of a file mirrors. */
  readonly mirroredPath: (file: string) => string;
  /** What this file writes to import another, by the path of that one. */
  readonly #specifiers = new Map<string, string>();
  /** Names of the types of methods' arguments and results. */
  readonly #methodTypes = new Map<EnumShape | StructShape, string>();

  constructor(
    readonly file: FileSchema,
    schemaNames: SchemaNames,
    options: GenerateOptions,
  ) {
    this.#schemaNames = schemaNames;

    this.names = schemaNames.of(file.path);
    this.imports = new ImportList(this.names.pool.fork(), schemaNames.localNames);
    this.mirroredPath = options.mirroredPath ?? ((path) => path);
    this.schema = schemaNames.schema;
    this.i64 = options.i64 ?? 'bigint';
    const { i64 } = this;
    const invalidUtf8 = options.invalidUtf8 ?? 'replace';
    this.shapes = new SchemaShapes(this.schema, { i64, invalidUtf8 });
    this.context = {
      language: 'typescript',
      protocols: readProtocols(options.protocols),
      codec: (struct) =>
        this.#refer(this.shapes.referenceOf(struct), 'value', ({ codecs }) => codecs),
      typeName: (type) =>
        this.#methodTypes.get(type) ?? this.#typeName(this.shapes.referenceOf(type)),
      exceptionClass: (struct) => this.exceptionClass(this.shapes.referenceOf(struct)),
      runtime: (name) => this.runtime(name),
    };
  }

  /** The TypeScript type of a value, by the name of a typedef where one was written. */
  type(type: TypeSchema): string {
    if (type.alias !== undefined) {
      return this.#typeName(type.alias);
    }
    switch (type.kind) {
      case 'list':
      case 'set': {
        const element = this.type(type.element);
        return /^[\w.]+$/.test(element) ? `${element}[]` : `Array<${element}>`;
      }
      case 'map': {
        const value = this.type(type.value);
        if (type.key.kind === 'string') {
          return `Record<string, ${value}>`;
        }
        return `Map<${this.type(type.key)}, ${value}>`;
      }
      default:
        return typescriptType(this.shapes.type(type), this.context);
    }
  }

  /** Text for the codec of a struct of this file or of a method. */
  codec(struct: StructShape): string {
    return emitStructCodec(struct, this.context);
  }

  /** An expression for a constant, which makes a fresh value each time. */
  constant(value: ConstantValue, type: TypeSchema): string {
    const shape = this.shapes.type(type);
    return emitConstant(constantValue(value, shape), shape, this.context);
  }

  /** The class of an exception, imported if it is in another file. */
  exceptionClass(reference: DefinitionReference): string {
    return this.#refer(reference, 'value', ({ types }) => types);
  }

  /** The validator of a struct, imported if it is in another file. */
  validator(reference: DefinitionReference): string {
    return this.#refer(reference, 'value', ({ schemas }) => schemas);
  }

  /** Makes {@link EmitContext.typeName} know the struct of a method's arguments or result. */
  registerMethodType(struct: StructShape, name: string): void {
    this.#methodTypes.set(struct, name);
  }

  /** A name of the service a service extends, imported if it is in another file. */
  service(
    reference: DefinitionReference,
    use: ImportUse,
    role: 'definition' | 'client' | 'controller',
  ): string {
    return this.#refer(
      reference,
      use,
      ({ services }) => new Map([...services].map(([name, names]) => [name, names[role]] as const)),
    );
  }

  /** A name for something that only this file's text uses. */
  localName(wanted: string): string {
    return this.imports.reserve(wanted);
  }

  /** Imports a name the emitter's code uses. */
  runtime(name: RuntimeName): string {
    const use = isRuntimeType(name) ? 'type' : 'value';
    return this.imports.name(RUNTIME_MODULE, name, use);
  }

  #typeName(reference: DefinitionReference): string {
    return this.#refer(reference, 'type', ({ types }) => types);
  }

  #refer(
    { file, name }: DefinitionReference,
    use: ImportUse,
    pick: (names: FileNames) => ReadonlyMap<string, string>,
  ): string {
    const local = pick(this.#schemaNames.of(file)).get(name);
    if (local === undefined) {
      throw new Error(`the schema refers to ${name}, which ${file} lacks`);
    }
    if (file === this.file.path) {
      return local;
    }
    const specifier = getOrAdd(this.#specifiers, file, () =>
      moduleSpecifier(this.mirroredPath(this.file.path), this.mirroredPath(file)),
    );
    return `${this.imports.namespace(specifier, this.#prefixOf(file), use)}.${local}`;
  }

  #prefixOf(file: string): string {
    const include = this.file.includes.find(({ path }) => path === file);
    return include?.prefix ?? this.schema.files[file]?.name ?? 'included';
  }
}
