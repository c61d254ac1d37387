import type { DefinitionReference, Schema } from '@nestjs-thrift/idl';
import type { CodecProtocol } from '../../runtime/missing-protocol.js';
import type { CodecOptions } from './codec-options.js';
import type { RuntimeName } from './runtime-names.js';

/**
 * What the emitter needs to know about the text around the code it emits. The generator makes one context per file it
 * writes; the compiler makes one per unit it hands to `new Function`.
 */
export interface EmitContext extends CodecOptions {
  /** `typescript` for files, with types that can be erased; `javascript` for code that runs at once. */
  readonly language: 'typescript' | 'javascript';

  /** What the codecs speak; the methods of another protocol throw. Default: all. */
  readonly protocols?: readonly CodecProtocol[];

  /** The schema that every reference of the emitted definitions leads into. */
  readonly schema: Schema;

  /** Path of the file whose definitions are emitted; a key of {@link Schema.files}. */
  readonly file: string;

  /**
   * Expression for the codec of a struct, union or exception, such as `UserCodec` or `shared.UserCodec`. It is read
   * only when a value is written or read, so codecs and files may refer to each other in circles.
   */
  codec(reference: DefinitionReference): string;

  /**
   * TypeScript type of a struct, union, exception or enum; not asked for in JavaScript. Properties that are not
   * `required` must be declared `name?: Type | undefined`, and the members of a union type must declare each
   * other's fields as `name?: undefined`.
   */
  typeName(reference: DefinitionReference): string;

  /**
   * Expression for the class of an exception, whose constructor takes one object with the fields. The class assigns
   * every field, absent ones as `undefined`, because `Error` has properties of its own.
   */
  exceptionClass(reference: DefinitionReference): string;

  /**
   * Name under which the text may use an export of `@nestjs-thrift/codec/runtime`. Called at each use, so that the
   * generator learns what to import; {@link isRuntimeType} tells which names are types.
   */
  runtime(name: RuntimeName): string;
}
