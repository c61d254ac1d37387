import type { CompiledSchema } from '@nestjs-thrift/codec/compiler';
import {
  asGiven,
  group,
  listOf,
  oneOf,
  type OptionsOf,
  required,
  text,
} from '@nestjs-thrift/transport/internal';

/** Options of the IDL. */
export const IDL_OPTIONS = {
  /** The `.thrift` file, relative to the working directory. Services of the files it includes are found too. */
  path: required(text()),
  /** Folders that `include` lines are looked up in after the folder of the including file. */
  includeDirs: listOf(text()),
  /**
   * How fields without an id are numbered: `apache`, down from -1, or `kitex`, up from 1. It must be what the peers do, or
   * they skip the fields. @defaultValue none: such fields are faults
   */
  implicitFieldIds: oneOf(['apache', 'kitex']),
  /** What i64 values are in TypeScript; `number` rejects values beyond 2^53. @defaultValue `bigint` */
  i64: oneOf(['bigint', 'number', 'string']),
};

/** Where services that are named, not generated, get their definitions from. */
export interface IdlOptions extends OptionsOf<typeof IDL_OPTIONS> {}

/** The option `idl`; known by its identity, so that all who are given it share one schema. */
export const IDL = asGiven(group(IDL_OPTIONS));

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

async function load({ i64, path, ...options }: IdlOptions): Promise<CompiledSchema> {
  const [{ loadSchema }, { compileSchema }] = await Promise.all([
    import('@nestjs-thrift/idl/loader'),
    import('@nestjs-thrift/codec/compiler'),
  ]);
  return compileSchema(loadSchema(path, options), { i64 });
}
