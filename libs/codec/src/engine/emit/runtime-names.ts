import type * as runtime from '../../runtime/index.js';

const TYPES = ['ReadBuffer', 'WriteBuffer', 'StructCodec'] as const;

type RuntimeType = (typeof TYPES)[number];

/** An export of `@nestjs-thrift/codec/runtime` that emitted code may use. */
export type RuntimeName = keyof typeof runtime | RuntimeType;

/** Whether a runtime name is a type, to be imported with `import type`. */
export function isRuntimeType(name: RuntimeName): name is RuntimeType {
  return (TYPES as readonly string[]).includes(name);
}
