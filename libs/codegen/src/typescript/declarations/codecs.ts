import type { StructSchema } from '@nestjs-thrift/idl';
import type { FileScope } from '../scope/file-scope.js';

/** The codec of a struct, union or exception of the file. */
export function codecDeclaration(definition: StructSchema, scope: FileScope): string {
  const name = scope.names.codecs.get(definition.name);
  const type = scope.names.types.get(definition.name);
  return `export const ${name}: ${scope.runtime('StructCodec')}<${type}> = ${scope.codec(definition)};\n`;
}
