import type { StructSchema, FieldSchema } from '@nestjs-thrift/idl';
import type { FileScope } from '../scope/file-scope.js';
import { docComment } from '../text/doc-comment.js';
import { ownPropertyAccess, typeKey } from '../text/literals.js';
import { mustBeGiven, overridesObject, properties } from './properties.js';

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
  // Every object has the members of Object, so that none could be of a shape that forbids one of their names.
  const shown = fields.filter((member) => member === field || !overridesObject(member));
  const members = shown.map((member) =>
    member === field
      ? `${docComment(field, '      ')}      ${typeKey(field.name)}: ${scope.type(field.type)};\n`
      : `      ${typeKey(member.name)}?: undefined;\n`,
  );
  return `  | {\n${members.join('')}    }\n`;
}

/** The interface of a struct. */
export function structDeclaration(definition: StructSchema, scope: FileScope): string {
  const name = scope.names.types.get(definition.name);
  const body = properties(definition.fields, scope);
  return `${docComment(definition)}export interface ${name} {${body === '' ? '' : `\n${body}`}}\n`;
}

/** What a field gets from `init`, or its default: evaluated each time, so that no two values share a container. */
export function initialValue(field: FieldSchema, scope: FileScope): string {
  const given = ownPropertyAccess('init', field.name);
  if (field.defaultValue === undefined) {
    return mustBeGiven(field) ? `init.${field.name}` : given;
  }
  return `${given} ?? ${scope.constant(field.defaultValue, field.type)}`;
}
