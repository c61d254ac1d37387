import { join } from 'node:path';
import { generateTypeScript, type GeneratedFile } from '@nestjs-thrift/codegen';
import type { ProtocolName } from '@nestjs-thrift/codec';
import { loadSchema, type Schema } from '@nestjs-thrift/idl';

/** Folder of the IDL the tests generate from. */
export const IDL = 'libs/cli/test/idl';

export function fixture(file: string): Schema {
  return loadSchema(join(IDL, file), { baseDir: IDL });
}

export function generated(
  schema: Schema,
  i64: 'bigint' | 'number' | 'string' = 'bigint',
  protocols?: readonly ProtocolName[],
): GeneratedFile[] {
  return generateTypeScript(schema, {
    i64,
    validators: true,
    ...(protocols && { protocols }),
  });
}
