import type { StructSchema, FieldSchema } from '@nestjs-thrift/idl';
import type { FileScope } from '../scope/file-scope.js';
import { docComment } from '../text/doc-comment.js';
import { typeKey, ownPropertyAccess, quote, valueKey } from '../text/literals.js';
import { canBeLeftEmpty, mustBeGiven, properties } from './properties.js';

/** The codec of a struct, union or exception of the file. */
export function codecDeclaration(definition: StructSchema, scope: FileScope): string {
  const name = scope.names.codecs.get(definition.name);
  const type = scope.names.types.get(definition.name);
  const shape = scope.shapes.struct({ file: scope.file.path, name: definition.name });
  return `export const ${name}: ${scope.runtime('StructCodec')}<${type}> = ${scope.codec(shape)};\n`;
}

/**
 * One shape per field, in which the others can only be `undefined`: comparing a field with `undefined` tells the
 * shapes apart, and a value with two fields does not compile.
 */
export function unionDeclaration(definition: StructSchema, scope: FileScope): string {
  const name = scope.names.types.get(definition.name);
  const shapes = definition.fields.map((field) => shape(field, definition.fields, scope));
  const type = shapes.length === 0 ? ' never' : `\n${shapes.join('')}`.trimEnd();
  return `${docComment(definition)}export type ${name} =${type};\n`;
}

function shape(field: FieldSchema, fields: readonly FieldSchema[], scope: FileScope): string {
  const members = fields.map((member) =>
    member === field
      ? `${docComment(field, '      ')}      ${typeKey(field.name)}: ${scope.type(field.type)};\n`
      : `      ${typeKey(member.name)}?: undefined;\n`,
  );
  return `  | {\n${members.join('')}    }\n`;
}

/** The interface of a struct and the function that makes one with its defaults. */
export function structDeclaration(definition: StructSchema, scope: FileScope): string {
  const name = scope.names.types.get(definition.name);
  const body = properties(definition.fields, scope);
  return (
    `${docComment(definition)}export interface ${name} {${body === '' ? '' : `\n${body}`}}\n\n` +
    creator(definition, scope)
  );
}

function creator(definition: StructSchema, scope: FileScope): string {
  const name = scope.names.types.get(definition.name) ?? definition.name;
  const create = scope.names.creators.get(definition.name);
  const { fields } = definition;
  const doc = `/** A \`${definition.name}\` with its defaults where \`init\` has nothing. */\n`;
  if (fields.length === 0) {
    return `${doc}export function ${create}(): ${name} {\n  return {};\n}\n`;
  }
  const entries = fields.map(
    (field) => `    ${valueKey(field.name)}: ${initialValue(field, scope)},\n`,
  );
  return (
    `${doc}export function ${create}(${initParameter(name, fields)}): ${name} {\n` +
    `  return {\n${entries.join('')}  };\n}\n`
  );
}

/** Fields that are required and have no default cannot be left out. */
function initParameter(name: string, fields: readonly FieldSchema[]): string {
  if (canBeLeftEmpty(fields)) {
    return `init: Partial<${name}> = {}`;
  }
  const given = fields.filter(mustBeGiven).map((field) => quote(field.name));
  const pick = given.length === 0 ? '' : ` & Pick<${name}, ${given.join(' | ')}>`;
  return `init: Partial<${name}>${pick}`;
}

/** What a field gets from `init`, or its default: evaluated anew each time, so that no two values share a container. */
export function initialValue(field: FieldSchema, scope: FileScope): string {
  const given = ownPropertyAccess('init', field.name);
  if (field.defaultValue === undefined) {
    return mustBeGiven(field) ? `init.${field.name}` : given;
  }
  return `${given} ?? ${scope.constant(field.defaultValue, field.type)}`;
}
