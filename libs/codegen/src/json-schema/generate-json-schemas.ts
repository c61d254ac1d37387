import type { CodecOptions } from '@nestjs-thrift/codec/compiler';
import { generatedComment } from '../typescript/file-header.js';
import type { GeneratedFile } from '../typescript/generate-options.js';
import { findEnum, findStruct } from '@nestjs-thrift/idl';
import type {
  DefinitionReference,
  Diagnostic,
  FileSchema,
  Schema,
  StructSchema,
} from '@nestjs-thrift/idl';
import type { StructConstraints } from '../validation/constraints.js';
import { readConstraints } from '../validation/read-constraints.js';
import { enumSchema, structSchema, unionSchema } from './definition-schemas.js';
import type { JsonSchema } from './json-schema.js';
import type { TypeContext } from './json-schema.js';

/** How JSON Schema is generated. */
export interface JsonSchemaOptions {
  /** What an i64 is in TypeScript: a `number` is one in JSON too, the others are decimal texts. Default `bigint`. */
  readonly i64?: CodecOptions['i64'];
  /** As for TypeScript: the path that a file's output mirrors. Default: the path in the schema. */
  readonly mirroredPath?: (file: string) => string;
  /** As for TypeScript: called with annotations that are left out. @defaultValue no-op */
  readonly onWarning?: (warning: Diagnostic) => void;
  /** As for TypeScript: which files to write. Default: all. */
  readonly only?: (file: string) => boolean;
}

/**
 * Generates JSON Schema 2020-12 from a schema: for each IDL file one document that stands alone, with the file's
 * structs, unions, exceptions and enums under `$defs` by their names, and those of other files that they need by
 * `path/to/file.Name`. `vt.*` annotations become keywords where JSON Schema has them.
 *
 * @returns the files in the order of the schema
 * @throws {IdlError} with all faulty `vt.*` annotations
 */
export function generateJsonSchemas(
  schema: Schema,
  options: JsonSchemaOptions = {},
): GeneratedFile[] {
  const { i64 = 'bigint', mirroredPath = (path) => path, only = () => true } = options;
  const constraints = readConstraints(schema, options.onWarning);
  const wanted = Object.values(schema.files).filter(({ path }) => only(path));
  return wanted.map((file) => {
    const source = mirroredPath(file.path);
    const document = new DocumentWriter(schema, file, constraints, i64, mirroredPath).write(source);
    const path = `${source.replace(/\.thrift$/, '')}.schema.json`;
    return { path, source, text: `${JSON.stringify(document, null, 2)}\n` };
  });
}

class DocumentWriter {
  readonly #schema: Schema;
  readonly #file: FileSchema;
  readonly #constraints: ReadonlyMap<StructSchema, StructConstraints>;
  readonly #mirroredPath: (file: string) => string;

  readonly #definitions = new Map<string, JsonSchema>();
  readonly #context: TypeContext;

  constructor(
    schema: Schema,
    file: FileSchema,
    constraints: ReadonlyMap<StructSchema, StructConstraints>,
    i64: CodecOptions['i64'],
    mirroredPath: (file: string) => string,
  ) {
    this.#schema = schema;
    this.#file = file;
    this.#constraints = constraints;
    this.#mirroredPath = mirroredPath;

    this.#context = {
      i64,
      refer: (reference) =>
        `#/$defs/${this.#define(reference).replace(/~/g, '~0').replace(/\//g, '~1')}`,
      membersOf: (reference) => findEnum(schema, reference).members.map(({ value }) => value),
    };
  }

  write(source: string): JsonSchema {
    const { doc, enums, path, structs } = this.#file;
    for (const { name } of [...enums, ...structs]) {
      this.#define({ file: path, name });
    }
    return {
      $comment: generatedComment(source),
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      ...(doc === undefined ? {} : { description: doc }),
      $defs: Object.fromEntries(this.#definitions),
    };
  }

  /** Adds a definition, and what it refers to, unless it is there; returns its key. */
  #define(reference: DefinitionReference): string {
    const { file, name } = reference;
    const prefix = this.#mirroredPath(file).replace(/\.thrift$/, '');
    const key = file === this.#file.path ? name : `${prefix}.${name}`;
    if (this.#definitions.has(key)) {
      return key;
    }
    // Reserved before it is known: a struct may lead back to itself.
    this.#definitions.set(key, {});
    this.#definitions.set(key, this.#definition(reference));
    return key;
  }

  #definition(reference: DefinitionReference): JsonSchema {
    const enums = this.#schema.files[reference.file]?.enums ?? [];
    if (enums.some(({ name }) => name === reference.name)) {
      return enumSchema(findEnum(this.#schema, reference));
    }
    const definition = findStruct(this.#schema, reference);
    const demanded = this.#constraints.get(definition) ?? { fields: new Map(), assertions: [] };
    const write = definition.kind === 'union' ? unionSchema : structSchema;
    return write(definition, demanded, this.#context, this.#schema);
  }
}
