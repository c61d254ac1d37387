import { emitStructCodec, SchemaShapes } from '@nestjs-thrift/codec/compiler';
import type { FileSchema, Schema, StructSchema } from '@nestjs-thrift/idl';
import type { StructConstraints } from '../validation/constraints.js';
import { readConstraints } from '../validation/read-constraints.js';
import {
  constantDeclaration,
  enumDeclaration,
  typedefDeclaration,
} from './declarations/constants.js';
import { exceptionDeclaration } from './declarations/exceptions.js';
import { serviceDefinition } from './declarations/service-definition.js';
import { clientInterface, controllerInterface } from './declarations/service-interfaces.js';
import { structSchema } from './declarations/struct-schemas.js';
import { structDeclaration, unionDeclaration } from './declarations/structs.js';
import { adaptSchema } from './adapt-schema.js';
import { fileHeader } from './file-header.js';
import type { GeneratedFile, GenerateOptions } from './generate-options.js';
import { outputPath } from './naming/file-names.js';
import { FileScope, SchemaNames, type GenerationScope } from './scope/file-scope.js';
import { blockComment } from './text/doc-comment.js';

/**
 * Generates TypeScript from a schema: one module per IDL file, included files too, and another with its codecs if they are
 * static. The modules import each other by relative paths and need no IDL at run time. The same schema and options give
 * the same text, byte for byte.
 *
 * @returns the files in the order of the schema
 * @throws {IdlError} with all faulty `vt.*` annotations, if validators are asked for; with fields that would have one name
 */
export function generateTypeScript(idl: Schema, options: GenerateOptions = {}): GeneratedFile[] {
  const schema = adaptSchema(idl, options);
  const { i64 = 'bigint', invalidUtf8 = 'replace' } = options;
  const constraints = options.validators ? readConstraints(schema, options.onWarning) : undefined;
  const generation: GenerationScope = {
    names: new SchemaNames(schema),
    shapes: new SchemaShapes(schema, { i64, invalidUtf8 }),
    options,
  };
  return Object.values(schema.files)
    .filter(({ path }) => options.only?.(path) ?? true)
    .flatMap((file) => [
      definitionsModule(file, generation, constraints),
      ...(options.codecs === 'static' && file.structs.length > 0
        ? [codecsModule(file, generation)]
        : []),
    ]);
}

/** By struct; `undefined` if no validators are asked for. */
type Constraints = ReadonlyMap<StructSchema, StructConstraints> | undefined;

function definitionsModule(
  file: FileSchema,
  generation: GenerationScope,
  constraints: Constraints,
): GeneratedFile {
  const scope = new FileScope(file, generation);
  return generatedFile(scope, [
    ...file.enums.map((definition) => enumDeclaration(definition, scope)),
    ...file.typedefs.map((definition) => typedefDeclaration(definition, scope)),
    ...file.structs.map((definition) =>
      [
        structOrSimilar(definition, scope),
        structSchema(definition, constraints?.get(definition), scope),
      ].join(''),
    ),
    ...file.constants.map((definition) => constantDeclaration(definition, scope)),
    ...file.services.flatMap((service) => [
      clientInterface(service, scope),
      controllerInterface(service, scope),
      serviceDefinition(service, scope),
    ]),
  ]);
}

function structOrSimilar(definition: StructSchema, scope: FileScope): string {
  switch (definition.kind) {
    case 'struct':
      return structDeclaration(definition, scope);
    case 'union':
      return unionDeclaration(definition, scope);
    case 'exception':
      return exceptionDeclaration(definition, scope);
  }
}

function codecsModule(file: FileSchema, generation: GenerationScope): GeneratedFile {
  const scope = new FileScope(file, generation, 'codecs');
  return generatedFile(
    scope,
    file.structs.map(({ name }) => {
      const shape = scope.shapes.struct({ file: file.path, name });
      const type = `${scope.context.runtime('StructCodec')}<${scope.context.typeName(shape)}>`;
      const codec = emitStructCodec(shape, scope.context);
      return `export const ${scope.names.codecs.get(name)}: ${type} = ${codec};\n`;
    }),
  );
}

function generatedFile(scope: FileScope, declarations: readonly string[]): GeneratedFile {
  const { file, part } = scope;
  const source = scope.mirroredPath(file.path);
  const doc = file.doc === undefined ? '' : blockComment(file.doc.split('\n'));
  const body = declarations.length === 0 ? 'export {};\n' : declarations.join('\n');
  const parts = [fileHeader(source) + doc, scope.imports.toString(), body];
  return {
    path: outputPath(source, part),
    source,
    text: parts.filter((text) => text !== '').join('\n'),
  };
}
