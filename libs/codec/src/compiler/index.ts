export type { CodecOptions } from '../emitter/codec-options.js';
export type { EmitContext } from '../emitter/emit-context.js';
export { argumentsStruct, resultStruct } from '../emitter/method-structs.js';
export { isRuntimeType, type RuntimeName } from '../emitter/runtime-names.js';
