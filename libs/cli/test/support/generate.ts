import { join } from 'node:path';
import { generateTypeScript, type GeneratedFile } from '@nestjs-thrift/codegen';
import { loadSchema, type Schema } from '@nestjs-thrift/idl';

/** Folder of the IDL the tests generate from. */
export const IDL = 'libs/cli/test/idl';

export function fixture(file: string): Schema {
  return loadSchema(join(IDL, file), { baseDir: IDL });
}

export function generated(
  schema: Schema,
  i64: 'bigint' | 'number' | 'string' = 'bigint',
  codecs: 'lazy' | 'static' = 'lazy',
): GeneratedFile[] {
  return generateTypeScript(schema, {
    i64,
    validators: true,
    codecs,
  });
}
