import type { DefinitionReference, Schema, StructSchema } from '@nestjs-thrift/idl';
import type { StructCodec } from '../definition/struct-codec.js';
import type { CodecOptions } from '../emitter/codec-options.js';
import type { ExceptionClass } from './exception-class.js';

/** A struct and the file it stands in, which together name it. */
export interface LocatedStruct {
  readonly file: string;
  readonly struct: StructSchema;
}

/** What an engine needs besides the structs it makes codecs for. */
export interface EngineScope extends CodecOptions {
  readonly schema: Schema;
  /** A codec that is made already, or in the making when it is asked for only while values are read and written. */
  codec(reference: DefinitionReference): StructCodec;
  exceptionClass(reference: DefinitionReference): ExceptionClass;
}

/** Makes codecs for structs that may refer to each other, and to such as are known to the scope. */
export type Engine = (structs: readonly LocatedStruct[], scope: EngineScope) => StructCodec[];
