import { join } from 'node:path';
import {
  type CodecProtocol,
  generateTypeScript,
  loadSchema,
  type GeneratedFile,
  type Schema,
} from '@nestjs-thrift/idl';
import { codecEmitter } from '../../src/commands/gen/codec-emitter.js';

/** Folder of the IDL the tests generate from. */
export const IDL = 'libs/cli/test/idl';

export function fixture(file: string): Schema {
  return loadSchema(join(IDL, file), { baseDir: IDL });
}

export function generated(
  schema: Schema,
  i64: 'bigint' | 'number' | 'string' = 'bigint',
  protocols?: readonly CodecProtocol[],
): GeneratedFile[] {
  return generateTypeScript(schema, {
    codecEmitter,
    i64,
    validators: true,
    ...(protocols && { protocols }),
  });
}
