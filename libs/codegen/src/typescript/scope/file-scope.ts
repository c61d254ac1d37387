import {
  constantValue,
  emitConstant,
  isRuntimeType,
  LOCAL_NAMES,
  typescriptType,
  type CodecOptions,
  type EmitContext,
  type RuntimeName,
  type SchemaShapes,
} from '@nestjs-thrift/codec/compiler';
import type {
  ConstantValue,
  DefinitionReference,
  FileSchema,
  Schema,
  TypeSchema,
} from '@nestjs-thrift/idl';
import { NEST_RUNTIME, type GenerateOptions } from '../generate-options.js';
import {
  moduleSpecifier,
  nameFile,
  type FileNames,
  type ImportExtension,
  type ModulePart,
} from '../naming/file-names.js';
import { ImportList, type ImportUse } from './import-list.js';

/** The names of all files of a schema, each file named when it is first asked for. */
export class SchemaNames {
  readonly schema: Schema;
  readonly #files = new Map<string, FileNames>();

  constructor(schema: Schema) {
    this.schema = schema;
  }

  of(path: string): FileNames {
    const known = this.#files.get(path);
    if (known !== undefined) {
      return known;
    }
    const file = this.schema.files[path];
    if (file === undefined) {
      throw new Error(`the schema refers to ${path}, which it does not hold`);
    }
    const names = nameFile(file);
    this.#files.set(path, names);
    return names;
  }
}

/** What the modules of one schema have in common. */
export interface GenerationScope {
  readonly names: SchemaNames;
  /** The shapes that codecs are emitted from. */
  readonly shapes: SchemaShapes;
  readonly options: GenerateOptions;
}

/** What the text of one generated module can refer to, and what it has to import for that. */
export class FileScope {
  readonly file: FileSchema;
  readonly part: ModulePart;
  readonly names: FileNames;
  readonly imports: ImportList;
  readonly context: EmitContext;
  readonly schema: Schema;
  readonly shapes: SchemaShapes;
  readonly i64: CodecOptions['i64'];
  readonly invalidUtf8: CodecOptions['invalidUtf8'];
  readonly hasStaticCodecs: boolean;
  /** Whether fields of default requiredness without a default are the zero of their type when they are absent. */
  readonly hasZeroDefaults: boolean;
  /** Whether fields have the annotations of a name. */
  readonly keepsAnnotation: (name: string) => boolean;
  /** The path that the output of a file mirrors. */
  readonly mirroredPath: (file: string) => string;
  readonly #schemaNames: SchemaNames;
  readonly #runtimeModule: string;
  readonly #importExtension: ImportExtension | undefined;

  constructor(
    file: FileSchema,
    { names, shapes, options }: GenerationScope,
    part: ModulePart = 'definitions',
  ) {
    this.file = file;
    this.part = part;
    this.#schemaNames = names;
    this.names = names.of(file.path);
    this.schema = names.schema;
    this.shapes = shapes;
    this.i64 = options.i64 ?? 'bigint';
    this.invalidUtf8 = options.invalidUtf8 ?? 'replace';
    this.hasStaticCodecs = options.codecs === 'static';
    this.hasZeroDefaults = options.defaultFields === 'zero';
    this.keepsAnnotation = options.annotations ?? (() => false);
    this.imports = new ImportList(this.names.pool.fork(), LOCAL_NAMES);
    this.mirroredPath = options.mirroredPath ?? ((path) => path);
    this.#runtimeModule = options.runtime ?? NEST_RUNTIME;
    this.#importExtension = options.importExtension;
    this.context = {
      language: 'typescript',
      codec: (struct) => this.codec(this.shapes.referenceOf(struct)),
      typeName: (type) => this.#typeName(this.shapes.referenceOf(type)),
      exceptionClass: (struct) => this.typeAsValue(this.shapes.referenceOf(struct)),
      runtime: (name) => this.#runtime(name),
    };
  }

  /** The namespace of the runtime: types and functions that schemas are made of. */
  get t(): string {
    return this.imports.namespace(this.#runtimeModule, 't', 'value');
  }

  /** The namespace of what validators are made of. */
  get check(): string {
    return this.imports.namespace(`${this.#runtimeModule}/validation`, 'check', 'value');
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

  /** An expression for a constant, which makes a fresh value each time. */
  constant(value: ConstantValue, type: TypeSchema): string {
    const shape = this.shapes.type(type);
    return emitConstant(constantValue(value, shape), shape, this.context);
  }

  /** An enum's members or the class of an exception, imported if it is in another file. */
  typeAsValue(reference: DefinitionReference): string {
    return this.#refer(reference, 'value', ({ types }) => types);
  }

  /** The schema of a struct, imported if it is in another file. */
  structSchema(reference: DefinitionReference): string {
    return this.#refer(reference, 'value', ({ schemas }) => schemas);
  }

  /** The static codec of a struct. */
  codec(reference: DefinitionReference): string {
    return this.#refer(reference, 'value', ({ codecs }) => codecs, 'codecs');
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

  /** Imports a name that the text of static codecs uses. */
  #runtime(name: RuntimeName): string {
    const use = isRuntimeType(name) ? 'type' : 'value';
    return this.imports.name(`${this.#runtimeModule}/codecs`, name, use);
  }

  #typeName(reference: DefinitionReference): string {
    return this.#refer(reference, 'type', ({ types }) => types);
  }

  #refer(
    { file, name }: DefinitionReference,
    use: ImportUse,
    pick: (names: FileNames) => ReadonlyMap<string, string>,
    part: ModulePart = 'definitions',
  ): string {
    const local = pick(this.#schemaNames.of(file)).get(name);
    if (local === undefined) {
      throw new Error(`the schema refers to ${name}, which ${file} lacks`);
    }
    if (file === this.file.path && part === this.part) {
      return local;
    }
    const specifier = moduleSpecifier(
      this.mirroredPath(this.file.path),
      this.mirroredPath(file),
      part,
      this.#importExtension,
    );
    const prefix = part === 'codecs' ? `${this.#prefixOf(file)}Codecs` : this.#prefixOf(file);
    return `${this.imports.namespace(specifier, prefix, use)}.${local}`;
  }

  #prefixOf(file: string): string {
    const include = this.file.includes.find(({ path }) => path === file);
    return include?.prefix ?? this.schema.files[file]?.name ?? 'included';
  }
}
