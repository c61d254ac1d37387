import type { FieldSchema, StructSchema } from '@nestjs-thrift/idl';
import type { FileScope } from '../scope/file-scope.js';
import { docComment } from '../text/doc-comment.js';
import { typeKey } from '../text/literals.js';

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
