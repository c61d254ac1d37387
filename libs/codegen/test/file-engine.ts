import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StructCodec } from '@nestjs-thrift/codec';
import type { ExceptionClass } from '@nestjs-thrift/codec/compiler';
import { generateTypeScript } from '@nestjs-thrift/codegen';
import { loadSchemaFromText, type Schema } from '@nestjs-thrift/idl';
import { type Engine, type EngineOptions, runTimeEngines } from '../../codec/test/engines.js';

/** Emitted files go here: inside the package, so that their imports are resolved as those of its users. */
const EMITTED = join(dirname(fileURLToPath(import.meta.url)), '../.cache');

/** The engines for an IDL text, all four of them. */
export async function allEngines(idl: string, options: EngineOptions = {}): Promise<Engine[]> {
  const schema = loadSchemaFromText(idl);
  return [
    await fileEngine(schema, options, 'static'),
    await fileEngine(schema, options),
    ...runTimeEngines(schema, options),
  ];
}

/** Writes the generated TypeScript of a schema with one file and imports it. */
export async function fileEngine(
  schema: Schema,
  options: EngineOptions = {},
  codecs: 'lazy' | 'static' = 'lazy',
): Promise<Engine> {
  const path = emitFile(schema, options, codecs);
  const module = (await import(path)) as Record<string, unknown>;
  // Static codecs are imported by the file, and so are loaded before it is removed.
  rmSync(dirname(path), { recursive: true });
  return {
    name: codecs === 'static' ? 'static file' : 'generated file',
    codec: (struct) => module[`${struct}Schema`] as StructCodec,
    exception: (struct) => module[struct] as ExceptionClass,
  };
}

/** Writes the generated TypeScript of a schema with one file to a new folder; returns the path of its definitions. */
export function emitFile(
  schema: Schema,
  options: EngineOptions = {},
  codecs: 'lazy' | 'static' = 'lazy',
): string {
  mkdirSync(EMITTED, { recursive: true });
  const folder = mkdtempSync(join(EMITTED, 'emitted-'));
  const runtime = '@nestjs-thrift/transport/runtime';
  const files = generateTypeScript(schema, { ...options, codecs, runtime });
  for (const { path, text } of files) {
    writeFileSync(join(folder, path), text);
  }
  return join(folder, files[0]!.path);
}
