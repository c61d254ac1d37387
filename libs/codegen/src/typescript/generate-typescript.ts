import { LOCAL_NAMES } from '@nestjs-thrift/codec/compiler';
import type { StructConstraints } from '../validation/constraints.js';
import { readConstraints } from '../validation/read-constraints.js';
import type { FileSchema, Schema, ServiceSchema, StructSchema } from '@nestjs-thrift/idl';
import { codecDeclaration, structDeclaration, unionDeclaration } from './declarations/structs.js';
import {
  constantDeclaration,
  freezeFunction,
  isFrozen,
  enumDeclaration,
  typedefDeclaration,
} from './declarations/constants.js';
import { exceptionDeclaration } from './declarations/exceptions.js';
import { methodCodecs, serviceDefinition } from './declarations/service-definition.js';
import { clientInterface, controllerInterface } from './declarations/service-interfaces.js';
import { validatorDeclaration } from './declarations/validators.js';
import { fileHeader } from './file-header.js';
import type { GeneratedFile, GenerateOptions } from './generate-options.js';
import { outputPath } from './naming/file-names.js';
import { FileScope, SchemaNames } from './scope/file-scope.js';
import { blockComment } from './text/doc-comment.js';

/**
 * Generates TypeScript from a schema: one module per IDL file, included files too. The modules import each other by
 * relative paths and need no IDL at run time. The same schema and options give the same text, byte for byte.
 *
 * @returns the files in the order of the schema
 * @throws {IdlError} with all faulty `vt.*` annotations, if validators are asked for
 * @throws {TypeError} for options that name no protocol, or one there is not
 */
export function generateTypeScript(schema: Schema, options: GenerateOptions = {}): GeneratedFile[] {
  const names = new SchemaNames(schema, LOCAL_NAMES);
  const constraints = options.validators ? readConstraints(schema) : undefined;
  const wanted = Object.values(schema.files).filter(({ path }) => options.only?.(path) ?? true);
  return wanted.map((file) => {
    const scope = new FileScope(file, names, options);
    const source = scope.mirroredPath(file.path);
    return {
      path: outputPath(source),
      source,
      text: generateFile(file, source, scope, constraints),
    };
  });
}

/** By struct; `undefined` if no validators are wanted. */
type Constraints = ReadonlyMap<StructSchema, StructConstraints> | undefined;

function generateFile(
  file: FileSchema,
  source: string,
  scope: FileScope,
  constraints: Constraints,
): string {
  // Imports come first in the text and are known last.
  const body = declarations(file, scope, constraints).join('\n');
  const doc = file.doc === undefined ? '' : blockComment(file.doc.split('\n'));
  const imports = scope.imports.toString();
  const parts = [fileHeader(source) + doc, imports, body === '' ? 'export {};\n' : body];
  return parts.filter((part) => part !== '').join('\n');
}

function declarations(file: FileSchema, scope: FileScope, constraints: Constraints): string[] {
  return [
    ...file.enums.map((definition) => enumDeclaration(definition, scope)),
    ...file.typedefs.map((definition) => typedefDeclaration(definition, scope)),
    ...file.structs.map((definition) => structOrSimilar(definition, scope)),
    ...constants(file, scope),
    ...file.structs.map((definition) => codecDeclaration(definition, scope)),
    ...file.structs.flatMap((definition) => {
      const demanded = constraints?.get(definition);
      return demanded === undefined ? [] : [validatorDeclaration(definition, demanded, scope)];
    }),
    ...file.services.flatMap((service) => [
      clientInterface(service, scope),
      controllerInterface(service, scope),
      ...methodCodecs(service, scope),
    ]),
    ...servicesBaseFirst(file).map((service) => serviceDefinition(service, scope)),
  ];
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

function constants(file: FileSchema, scope: FileScope): string[] {
  const freeze = file.constants.some(isFrozen) ? scope.localName('deepFreeze') : '';
  const texts = file.constants.map((definition) => constantDeclaration(definition, scope, freeze));
  return freeze === '' ? texts : [freezeFunction(freeze), ...texts];
}

/** A service is evaluated after the one it extends, wherever the IDL defines it. */
function servicesBaseFirst(file: FileSchema): ServiceSchema[] {
  const ordered = new Set<ServiceSchema>();
  const add = (service: ServiceSchema): void => {
    const base = service.extends;
    const local = file.services.find(({ name }) => base?.file === file.path && base.name === name);
    if (local !== undefined) {
      add(local);
    }
    ordered.add(service);
  };
  file.services.forEach(add);
  return [...ordered];
}
