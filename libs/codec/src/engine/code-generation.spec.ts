import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import ts from 'typescript';
import { compileSchema } from '../from-idl/compile-schema.js';

const source = join(dirname(fileURLToPath(import.meta.url)), '..');
const IDL = 'struct Point { 1: required i32 x, 2: list<string> names }';

it('makes code where that is allowed, and interprets when told to', () => {
  const schema = loadSchemaFromText(IDL);
  expect(compileSchema(schema).engine).toBe('code');
  expect(compileSchema(schema, { codeGeneration: 'off' }).engine).toBe('interpreter');
});

it('interprets by itself in a process that must not make code from strings', () => {
  const folder = compileToJavaScript();
  const program = `
    import { compileSchema } from './from-idl/index.js';
    import { ReadBuffer, WriteBuffer } from './index.js';
    const compiled = compileSchema(${JSON.stringify(loadSchemaFromText(IDL))});
    const codec = compiled.struct('Point');
    const out = new WriteBuffer();
    codec.writeCompact({ x: -5, names: ['a'] }, out);
    const input = new ReadBuffer(out.bytes, 0, out.position);
    console.log(JSON.stringify([compiled.engine, codec.readCompact(input)]));
  `;
  writeFileSync(join(folder, 'program.mjs'), program);
  const run = (flags: string[]) => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [...flags, join(folder, 'program.mjs')],
      {
        encoding: 'utf8',
      },
    );
    return stdout || stderr;
  };
  const value = { x: -5, names: ['a'] };
  const forbid = ['--disallow-code-generation-from-strings'];
  expect(JSON.parse(run(forbid))).toEqual(['interpreter', value]);
  expect(JSON.parse(run([]))).toEqual(['code', value]);
  rmSync(folder, { recursive: true });
}, 120_000);

/** The package as plain JavaScript, to be run by a process without jest. */
function compileToJavaScript(): string {
  const cache = join(source, '../.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'plain-'));
  for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.spec.ts')) continue;
    const { outputText } = ts.transpileModule(readFileSync(join(source, file), 'utf8'), {
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
    });
    const target = join(folder, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
  return folder;
}
