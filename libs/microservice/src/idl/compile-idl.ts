import type { CompiledSchema } from '@nestjs-thrift/codec/compiler';
import type { IdlOptions } from './idl-options.js';

/** Token of the {@link CompiledSchema} of the `idl` that `ThriftModule.forRoot` was given; `undefined` without one. */
export const THRIFT_IDL = Symbol('THRIFT_IDL');

const compiled = new WeakMap<IdlOptions, Promise<CompiledSchema>>();

/**
 * Loads and compiles the IDL; the same options give the same schema, so server, clients and handlers agree on the classes of
 * its exceptions. Parser and compiler are imported here and nowhere else: generated code needs neither.
 */
export function compileIdl(options: IdlOptions): Promise<CompiledSchema> {
  let schema = compiled.get(options);
  if (schema === undefined) {
    schema = load(options);
    compiled.set(options, schema);
  }
  return schema;
}

async function load({ path, includeDirs, i64 }: IdlOptions): Promise<CompiledSchema> {
  const [{ loadSchema }, { compileSchema }] = await Promise.all([
    import('@nestjs-thrift/idl/loader'),
    import('@nestjs-thrift/codec/compiler'),
  ]);
  return compileSchema(loadSchema(path, { includeDirs }), { i64 });
}
