import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { SOURCE_FLAGS } from '#test/child-app.js';
import { compileSchema } from '../from-idl/compile-schema.js';

const IDL = 'struct Point { 1: required i32 x, 2: list<string> names }';

it('generates code where that is allowed, and interprets when configured to', () => {
  const schema = loadSchemaFromText(IDL);
  expect(compileSchema(schema).engine).toBe('code');
  expect(compileSchema(schema, { codeGeneration: 'off' }).engine).toBe('interpreter');
});

it('interprets by itself in a process that must not make code from strings', async () => {
  const program = `
    import { compileSchema } from '@nestjs-thrift/codec/compiler';
    import { ReadBuffer, WriteBuffer } from '@nestjs-thrift/codec/wire';
    const compiled = compileSchema(${JSON.stringify(loadSchemaFromText(IDL))});
    const codec = compiled.struct('Point');
    const out = new WriteBuffer();
    codec.writeCompact({ x: -5, names: ['a'] }, out);
    const input = new ReadBuffer(out.bytes, 0, out.position);
    console.log(JSON.stringify([compiled.engine, codec.readCompact(input)]));
  `;
  const run = async (...flags: string[]): Promise<unknown> => {
    const argv = [...SOURCE_FLAGS, ...flags, '--input-type=module', '--eval', program];
    return JSON.parse((await promisify(execFile)(process.execPath, argv)).stdout);
  };
  const value = { x: -5, names: ['a'] };
  expect(await run('--disallow-code-generation-from-strings')).toEqual(['interpreter', value]);
  expect(await run()).toEqual(['code', value]);
});
