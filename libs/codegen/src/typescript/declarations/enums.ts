import type { EnumSchema } from '@nestjs-thrift/idl';
import type { FileScope } from '../scope/file-scope.js';
import { docComment } from '../text/doc-comment.js';
import { valueKey } from '../text/literals.js';

/** A constant object with the members, and the union of their values as a type of the same name. */
export function enumDeclaration(definition: EnumSchema, scope: FileScope): string {
  const name = scope.names.types.get(definition.name);
  const members = definition.members.map(
    (member) => `${docComment(member, '  ')}  ${valueKey(member.name)}: ${member.value},\n`,
  );
  const body = members.length === 0 ? '{}' : `{\n${members.join('')}}`;
  const doc = docComment(definition);
  return (
    `${doc}export const ${name} = ${body} as const;\n` +
    `${doc}export type ${name} = (typeof ${name})[keyof typeof ${name}];\n`
  );
}
