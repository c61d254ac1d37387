import type { CodecMethod, StructCodec } from '../definition/service-definition.js';
import type { StructShape } from '../definition/shape.js';
import { canGenerateCode, compileCode } from './code-engine.js';
import { interpret } from './interpret/interpret.js';

/** Makes one method of the codec of one struct. */
export type Engine = <M extends CodecMethod>(struct: StructShape, method: M) => StructCodec[M];

let isCodeAllowed: boolean | undefined;

/** The name of the engine that this process allows: code made at run time, or else the interpreter. */
export function engineName(): 'code' | 'interpreter' {
  isCodeAllowed ??= canGenerateCode();
  return isCodeAllowed ? 'code' : 'interpreter';
}

/** Makes a method with the fastest engine that this process allows. */
export function makeMethod<M extends CodecMethod>(struct: StructShape, method: M): StructCodec[M] {
  return engineName() === 'code' ? compileCode(struct, method) : interpret(struct, method);
}
