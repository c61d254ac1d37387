import type { TypedefSchema } from '@nestjs-thrift/idl';
import type { FileScope } from '../scope/file-scope.js';
import { docComment } from '../text/doc-comment.js';

/** A type alias. */
export function typedefDeclaration(definition: TypedefSchema, scope: FileScope): string {
  const name = scope.names.types.get(definition.name);
  return `${docComment(definition)}export type ${name} = ${scope.type(definition.type)};\n`;
}
