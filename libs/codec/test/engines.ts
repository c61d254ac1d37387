import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateTypeScript } from '@nestjs-thrift/codegen';
import { loadSchemaFromText, type Schema } from '@nestjs-thrift/idl';
import * as compiler from '../src/from-idl/index.js';
import type { StructCodec } from '../src/index.js';

/** The codecs of one schema, as one of the three engines makes them. */
export interface Engine {
  readonly name: 'generated file' | 'generated code' | 'interpreter';
  codec(name: string): StructCodec;
  exception(name: string): compiler.ExceptionClass;
}

export type EngineOptions = Partial<compiler.CodecOptions>;

/** Emitted files go here: inside the package, so that their imports are resolved as those of its users. */
const EMITTED = join(dirname(fileURLToPath(import.meta.url)), '../.cache');

/** The engines for an IDL text, all three of them. */
export async function allEngines(idl: string, options: EngineOptions = {}): Promise<Engine[]> {
  const schema = loadSchemaFromText(idl);
  return [await fileEngine(schema, options), ...runTimeEngines(schema, options)];
}

/** The two engines that need no file. */
export function runTimeEngines(schema: Schema, options: EngineOptions = {}): [Engine, Engine] {
  return [
    runTimeEngine('generated code', schema, { ...options, codeGeneration: 'auto' }),
    runTimeEngine('interpreter', schema, { ...options, codeGeneration: 'off' }),
  ];
}

function runTimeEngine(
  name: Engine['name'],
  schema: Schema,
  options: compiler.CompileOptions,
): Engine {
  const compiled = compiler.compileSchema(schema, options);
  const expected = name === 'interpreter' ? 'interpreter' : 'code';
  if (compiled.engine !== expected) {
    throw new Error(`compiled by ${compiled.engine}`);
  }
  return {
    name,
    codec: (struct) => compiled.struct(struct),
    exception: (struct) => compiled.exception(struct),
  };
}

/** Writes the generated TypeScript of a schema with one file and imports it. */
export async function fileEngine(schema: Schema, options: EngineOptions = {}): Promise<Engine> {
  const path = emitFile(schema, options);
  const module = (await import(path)) as Record<string, unknown>;
  rmSync(dirname(path), { recursive: true });
  return {
    name: 'generated file',
    codec: (struct) => module[`${struct}Codec`] as StructCodec,
    exception: (struct) => module[struct] as compiler.ExceptionClass,
  };
}

/** Writes the generated TypeScript of a schema with one file to a new folder; returns its path. */
export function emitFile(schema: Schema, options: EngineOptions = {}): string {
  const [file] = generateTypeScript(schema, { ...options });
  mkdirSync(EMITTED, { recursive: true });
  const path = join(mkdtempSync(join(EMITTED, 'emitted-')), 'schema.ts');
  writeFileSync(path, file!.text);
  return path;
}
