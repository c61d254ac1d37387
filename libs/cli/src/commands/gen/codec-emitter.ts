import * as compiler from '@nestjs-thrift/codec/compiler';
import type { CodecEmitter } from '@nestjs-thrift/idl';

/** The emitter of `@nestjs-thrift/codec`, as the generator takes it. */
export const codecEmitter: CodecEmitter = {
  runtimeModule: '@nestjs-thrift/codec/runtime',
  localNames: /^(?:bytes|depth|end|header|id|input|last|out|p|result|set|type|value|view|[a-z]+\d+)$/,
  emitStructCodec: compiler.emitStructCodec,
  argumentsStruct: compiler.argumentsStruct,
  resultStruct: compiler.resultStruct,
  typescriptType: compiler.typescriptType,
  emitConstant: compiler.emitConstant,
  isRuntimeType: (name) => compiler.isRuntimeType(name as compiler.RuntimeName),
};
