import type { DefinitionReference, Schema, StructSchema } from '@nestjs-thrift/idl';
import type { CodecMethod, StructCodec } from '../definition/service-definition.js';
import type { CodecOptions } from './emit/emit-context.js';
import type { ExceptionClass } from './exception-class.js';

/** A struct and the file it stands in, which together name it. */
export interface LocatedStruct {
  readonly file: string;
  readonly struct: StructSchema;
}

/** One text for a reference, to be the key of a Map. */
export function referenceKey({ file, name }: DefinitionReference): string {
  return `${file}#${name}`;
}

/** What an engine needs besides the struct it makes a codec for. */
export interface EngineScope extends CodecOptions {
  readonly schema: Schema;
  /** The codec of another struct, or of the same: its methods may be made only when they are called. */
  codec(reference: DefinitionReference): StructCodec;
  exceptionClass(reference: DefinitionReference): ExceptionClass;
}

/** Makes one method of the codec of one struct. */
export type Engine = <M extends CodecMethod>(
  located: LocatedStruct,
  method: M,
  scope: EngineScope,
) => StructCodec[M];
