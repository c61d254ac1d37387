import type {
  ConstantValue,
  DefinitionReference,
  MethodSchema,
  Schema,
  ServiceSchema,
  StructSchema,
  TypeSchema,
} from '../schema/schema.js';

/** What an i64 is in generated code. */
export type Int64Representation = 'bigint' | 'number' | 'string';

/** What codecs can write and read. */
export type CodecProtocol = 'binary' | 'compact';

/**
 * Writes the codecs inside generated files. The generator knows no wire format: whoever calls it brings the emitter
 * along, usually that of `@nestjs-thrift/codec/compiler`.
 */
export interface CodecEmitter {
  /** An expression for an object that implements `StructCodec`. */
  emitStructCodec(struct: StructSchema, context: CodecEmitContext): string;
  /** The struct that carries the arguments of a method. */
  argumentsStruct(service: ServiceSchema, method: MethodSchema): StructSchema;
  /** The struct that carries the result of a method or one of its exceptions. */
  resultStruct(service: ServiceSchema, method: MethodSchema): StructSchema;
  /** TypeScript type of a value. */
  typescriptType(type: TypeSchema, context: CodecEmitContext): string;
  /** An expression for a constant, which gives a fresh value each time it is evaluated. */
  emitConstant(value: ConstantValue, type: TypeSchema, context: CodecEmitContext): string;
  /** Whether an export of the runtime module is a type. */
  isRuntimeType(name: string): boolean;
  /** Names that the emitted code gives to its variables; nothing it refers to may be called like that. */
  readonly localNames: RegExp;
  /** Module that {@link CodecEmitContext.runtime} names come from. */
  readonly runtimeModule: string;
}

/** What the emitter asks about the file it writes for. */
export interface CodecEmitContext {
  readonly language: 'typescript';
  readonly i64: Int64Representation;
  /** What reading does with a string that is not UTF-8. */
  readonly invalidUtf8: 'replace' | 'error';
  /** What the codecs speak; their methods of another protocol throw. */
  readonly protocols: readonly CodecProtocol[];
  readonly schema: Schema;
  /** Path of the file; a key of {@link Schema.files}. */
  readonly file: string;
  /** Expression for the codec of a struct, union or exception. */
  codec(reference: DefinitionReference): string;
  /** TypeScript type of a struct, union, exception or enum, or of a method's arguments or result. */
  typeName(reference: DefinitionReference): string;
  /** Expression for the class of an exception. */
  exceptionClass(reference: DefinitionReference): string;
  /** Name under which an export of {@link CodecEmitter.runtimeModule} can be used in the file. */
  runtime(name: string): string;
}
