import type { Schema } from '@nestjs-thrift/idl';
import type {
  ExceptionClass,
  ServiceDefinition,
  StructCodec,
} from '../definition/service-definition.js';
import { compileCode } from '../engine/code-engine.js';
import { engineName } from '../engine/engine.js';
import { interpret } from '../engine/interpret/interpret.js';
import { constantValue, defaultValues } from './constant-value.js';
import { findDefinition, type DefinitionName } from './definition-name.js';
import { requireReachable } from './require-reachable.js';
import { referenceKey, SchemaShapes, type CodecOptions } from './schema-shapes.js';
import { compileService } from './service-definition.js';

/** How a schema is compiled; the defaults of {@link CodecOptions} are `bigint`, `replace` and `skip`. */
export interface CompileOptions extends Partial<CodecOptions> {
  /**
   * `auto` (the default) makes code at run time, or interprets the schema where the process forbids that
   * (`node --disallow-code-generation-from-strings`). `off` always interprets: slower, with the same behaviour.
   */
  readonly codeGeneration?: 'auto' | 'off';
}

/**
 * Everything a schema defines, ready to be used. A definition is named by itself (`User`) in the root file, with the
 * include prefix of the root file (`shared.User`), or by a reference. Services are made when they are first asked for,
 * and each method of a codec when it is first called: calls that meet a struct for the first time take up to a millisecond
 * longer for it. Names that are not defined, here or in what they lead to, throw an Error at once.
 */
export interface CompiledSchema {
  /** The schema this was compiled from. */
  readonly schema: Schema;
  /** Whether codecs run as generated code or are interpreted. */
  readonly engine: 'code' | 'interpreter';
  /** Codec of a struct, union or exception. */
  struct<T = unknown>(name: DefinitionName): StructCodec<T>;
  /** A service with the methods it inherits. */
  service<Client = unknown>(name: DefinitionName): ServiceDefinition<Client>;
  /** Class of an exception; decoded exceptions are instances of it. */
  exception(name: DefinitionName): ExceptionClass;
  /** Members of an enum by name, as generated code has them. */
  enum(name: DefinitionName): Readonly<Record<string, number>>;
  /** A fresh copy of a constant. */
  constant(name: DefinitionName): unknown;
  /** Fresh copies of the defaults of a struct's fields, in the order of the IDL. */
  defaults(name: DefinitionName): Record<string, unknown>;
}

/**
 * Compiles a linked schema at run time.
 *
 * @example
 * const users = compileSchema(schema).service('UserService');
 */
export function compileSchema(schema: Schema, options: CompileOptions = {}): CompiledSchema {
  const { i64 = 'bigint', invalidUtf8 = 'replace', codeGeneration = 'auto' } = options;
  const { mismatchedFields = 'skip' } = options;
  const engine = codeGeneration === 'auto' ? engineName() : 'interpreter';
  const shapes = new SchemaShapes(
    schema,
    { i64, invalidUtf8, mismatchedFields },
    engine === 'code' ? compileCode : interpret,
  );
  const services = new Map<string, ServiceDefinition>();
  const complete = new Set<string>();

  const structOf = (name: DefinitionName) => {
    const { reference } = findDefinition(schema, 'structs', name);
    requireReachable([{ kind: 'struct', ref: reference }], schema, complete);
    return shapes.struct(reference);
  };

  return {
    schema,
    engine,
    struct: <T>(name: DefinitionName) => structOf(name) as StructCodec<T>,
    service: <Client>(name: DefinitionName) => {
      const { reference } = findDefinition(schema, 'services', name);
      const service =
        services.get(referenceKey(reference)) ?? compileService(reference, shapes, complete);
      services.set(referenceKey(reference), service);
      return service as ServiceDefinition<Client>;
    },
    exception: (name) => {
      const { kind, name: own, exceptionClass } = structOf(name);
      if (exceptionClass === undefined) {
        throw new Error(`${own} is a ${kind}, not an exception`);
      }
      return exceptionClass();
    },
    enum: (name) => {
      const { members } = findDefinition(schema, 'enums', name).definition;
      return Object.fromEntries(members.map((member) => [member.name, member.value]));
    },
    constant: (name) => {
      const { type, value } = findDefinition(schema, 'constants', name).definition;
      return constantValue(value, shapes.type(type));
    },
    defaults: (name) => defaultValues(structOf(name)),
  };
}
