import type * as runtime from '../../runtime/index.js';
import type { EnumShape, StructShape } from '../../definition/shape.js';

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
export interface EmitContext {
  /** `typescript` for files, with types that can be erased; `javascript` for code that runs at once. */
  readonly language: 'typescript' | 'javascript';

  /**
   * Expression for the codec of a struct, union or exception, such as `UserCodec` or `shared.UserCodec`. It is read
   * only when a value is written or read, so codecs and files may refer to each other in circles.
   */
  codec(struct: StructShape): string;

  /**
   * TypeScript type of a struct, union, exception or enum; not asked for in JavaScript. Properties that are not
   * `required` must be declared `name?: Type | undefined`, and the members of a union type must declare each
   * other's fields as `name?: undefined`.
   */
  typeName(type: StructShape | EnumShape): string;

  /**
   * Expression for the class of an exception, whose constructor takes one object with the fields. The class assigns
   * every field, absent ones as `undefined`, because `Error` has its own properties.
   */
  exceptionClass(struct: StructShape): string;

  /**
   * Name under which the text may use an export of `@nestjs-thrift/codec/runtime`. Called at each use, so that the
   * generator learns what to import; {@link isRuntimeType} tells which names are types.
   */
  runtime(name: RuntimeName): string;
}
