import type { DefinitionReference, Schema, StructSchema } from '@nestjs-thrift/idl';
import type { CodecMethod, StructCodec } from '../definition/struct-codec.js';
import type { CodecOptions } from '../emitter/codec-options.js';
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

/** What an engine needs besides the structs it makes codecs for. */
export interface EngineScope extends CodecOptions {
  readonly schema: Schema;
  /** A method that is made already, or in the making when it is asked for only while values are read and written. */
  codec<M extends CodecMethod>(reference: DefinitionReference, method: M): Pick<StructCodec, M>;
  exceptionClass(reference: DefinitionReference): ExceptionClass;
}

/** Makes one method of the codecs of structs that may refer to each other, and to such as are known to the scope. */
export type Engine = <M extends CodecMethod>(
  structs: readonly LocatedStruct[],
  method: M,
  scope: EngineScope,
) => Array<Pick<StructCodec, M>>;
