import { argumentsStruct, resultStruct } from '@nestjs-thrift/codec/compiler';
import type { FieldSchema, MethodSchema, ServiceSchema, StructSchema } from '@nestjs-thrift/idl';
import { findStruct } from '@nestjs-thrift/idl';
import type { MethodNames } from '../naming/file-names.js';
import type { FileScope } from '../scope/file-scope.js';
import { docComment } from '../text/doc-comment.js';
import { quote, typeKey, valueKey } from '../text/literals.js';
import { isForeignToError } from './exceptions.js';
import { properties } from './properties.js';

const CODEC = '@nestjs-thrift/codec';

/** The types and codecs of the arguments and results of a service's own methods. */
export function methodCodecs(service: ServiceSchema, scope: FileScope): string[] {
  return service.methods.flatMap((method) => {
    const names = methodNames(service, method, scope);
    return [
      methodStruct(argumentsStruct(service, method), names.arguments, names.argumentsCodec, scope),
      methodStruct(resultStruct(service, method), names.result, names.resultCodec, scope),
    ];
  });
}

/** The definition that clients are made from and servers serve. */
export function serviceDefinition(service: ServiceSchema, scope: FileScope): string {
  const names = scope.names.services.get(service.name);
  const type = scope.imports.name(CODEC, 'ServiceDefinition', 'type');
  const inherited =
    service.extends === undefined
      ? ''
      : `    ...${scope.service(service.extends, 'value', 'definition')}.methods,\n`;
  const methods = service.methods.map((method) => methodDefinition(service, method, scope));
  return (
    `${docComment(service)}export const ${names?.definition}: ${type}<${names?.client}> = {\n` +
    `  name: ${quote(service.name)},\n  methods: {\n${inherited}${methods.join('')}  },\n};\n`
  );
}

function methodDefinition(service: ServiceSchema, method: MethodSchema, scope: FileScope): string {
  const names = methodNames(service, method, scope);
  const parameters = method.parameters.map(({ name }) => quote(name)).join(', ');
  const lines = [
    `name: ${quote(method.name)}`,
    `oneway: ${method.oneway}`,
    `returnsVoid: ${method.returns === undefined}`,
    `parameters: [${parameters}]`,
    `args: ${names.argumentsCodec}`,
    `result: ${names.resultCodec}`,
    `exceptions: [${method.exceptions.map((field) => declaredException(field, scope)).join(', ')}]`,
    `idempotent: ${isIdempotent(method)}`,
    `annotations: ${annotationsLiteral(method)}`,
  ];
  const body = lines.map((line) => `      ${line},\n`).join('');
  return `    ${valueKey(method.name)}: {\n${body}    },\n`;
}

function methodStruct(struct: StructSchema, type: string, codec: string, scope: FileScope): string {
  const methodShape = scope.shapes.structFrom(struct);
  scope.registerMethodType(methodShape, type);
  const body = properties(struct.fields, scope);
  // Not an interface: only a type alias is assignable to a record of unknown values.
  const shape = body === '' ? 'Record<string, never>' : `{\n${body}}`;
  const codecType = scope.runtime('StructCodec');
  return (
    `export type ${type} = ${shape};\n\n` +
    `const ${codec}: ${codecType}<${type}> = ${scope.codec(methodShape)};\n`
  );
}

function declaredException({ name, type }: FieldSchema, scope: FileScope): string {
  if (type.kind !== 'struct') {
    throw new Error(`${name} in a throws clause is not an exception`);
  }
  const exception = scope.exceptionClass(type.ref);
  if (!isForeignToError(findStruct(scope.schema, type.ref))) {
    return `{ field: ${quote(name)}, type: ${exception} }`;
  }
  const declared = scope.imports.name(CODEC, 'DeclaredException', 'type');
  return `{ field: ${quote(name)}, type: ${exception} as unknown as ${declared}['type'] }`;
}

/** The last value counts, and `(idempotent)` alone means `"1"`. */
function isIdempotent({ annotations }: MethodSchema): boolean {
  const value = annotations.idempotent?.at(-1);
  return value === '1' || value === 'true';
}

function annotationsLiteral({ annotations }: MethodSchema): string {
  const entries = Object.entries(annotations).map(
    ([key, values]) =>
      `${key === '__proto__' ? valueKey(key) : typeKey(key)}: [${values.map(quote).join(', ')}]`,
  );
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function methodNames(service: ServiceSchema, method: MethodSchema, scope: FileScope): MethodNames {
  const names = scope.names.services.get(service.name)?.methods.get(method.name);
  if (names === undefined) {
    throw new Error(`${service.name}.${method.name} has no names`);
  }
  return names;
}
