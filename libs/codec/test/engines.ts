import type { Schema } from '@nestjs-thrift/idl';
import * as compiler from '../src/from-idl/index.js';
import type { StructCodec } from '../src/index.js';

/** The codecs of one schema, as one of the four engines makes them. */
export interface Engine {
  readonly name: 'static file' | 'generated file' | 'generated code' | 'interpreter';
  codec(name: string): StructCodec;
  exception(name: string): compiler.ExceptionClass;
}

export type EngineOptions = Partial<compiler.CodecOptions>;

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
