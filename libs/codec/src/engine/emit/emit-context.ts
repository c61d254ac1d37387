import type * as runtime from '../../runtime/index.js';
import type { DefinitionReference, Schema } from '@nestjs-thrift/idl';
import type { ProtocolName } from '../../definition/service-definition.js';

/** How codecs represent what JavaScript has no single answer for. */
export interface CodecOptions {
  /**
   * What an i64 is in JavaScript. `bigint` is exact. `number` refuses to decode values beyond
   * `Number.MAX_SAFE_INTEGER`. `string` is decimal and exact. Writing takes a bigint or a safe integer in each mode,
   * and decimal text in the mode `string`.
   */
  readonly i64: 'bigint' | 'number' | 'string';

  /**
   * What reading does with a string that is not UTF-8: `replace` puts U+FFFD in its place as Node does, `error`
   * throws a `ProtocolError` `INVALID_DATA`.
   */
  readonly invalidUtf8: 'replace' | 'error';
}

const TYPES = ['ReadBuffer', 'WriteBuffer', 'StructCodec'] as const;

type RuntimeType = (typeof TYPES)[number];

/** An export of `@nestjs-thrift/codec/runtime` that emitted code may use. */
export type RuntimeName = keyof typeof runtime | RuntimeType;

/** Whether a runtime name is a type, to be imported with `import type`. */
export function isRuntimeType(name: RuntimeName): name is RuntimeType {
  return (TYPES as readonly string[]).includes(name);
}

/**
 * What the emitter needs to know about the text around the code it emits. The generator makes one context per file it
 * writes; the compiler makes one per unit it hands to `new Function`.
 */
export interface EmitContext extends CodecOptions {
  /** `typescript` for files, with types that can be erased; `javascript` for code that runs at once. */
  readonly language: 'typescript' | 'javascript';

  /** What the codecs speak; the methods of another protocol throw. Default: all. */
  readonly protocols?: readonly ProtocolName[];

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
