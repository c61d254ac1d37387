import type { StructSchema } from '@nestjs-thrift/idl';
import { binaryEmitter } from './binary-emitter.js';
import { CodeWriter } from './code-writer.js';
import { compactEmitter } from './compact-emitter.js';
import type { EmitContext } from './emit-context.js';
import { EmitScope } from './emit-scope.js';
import { quote } from './names.js';
import { reachesRecursion } from './schema-lookup.js';
import { emitStructReader } from './struct-reader.js';
import { emitStructWriter } from './struct-writer.js';
import type { WireEmitter } from './wire-emitter.js';

/** Depth that writing starts with; what readers everywhere accept. */
const MAX_DEPTH = 64;

/**
 * Code of the codec of one struct, union or exception: an expression, an object literal that implements
 * `StructCodec`. The same text, with or without types, runs from a file and through `new Function`.
 */
export function emitStructCodec(struct: StructSchema, context: EmitContext): string {
  const code = new CodeWriter();
  const scope = new EmitScope(context, code);
  code.block('', () => {
    code.line(`name: ${quote(struct.name)},`);
    for (const wire of [binaryEmitter, compactEmitter]) {
      emitMethods(scope, wire, struct);
    }
  });
  return code.toString().trimStart();
}

function emitMethods(scope: EmitScope, wire: WireEmitter, struct: StructSchema): void {
  const { code, context } = scope;
  const reference = { file: context.file, name: struct.name };
  const value = `value${scope.annotation(() => context.typeName(reference))}`;
  const out = `out${scope.annotation(() => scope.runtime('WriteBuffer'))}`;
  const input = `input${scope.annotation(() => scope.runtime('ReadBuffer'))}`;
  const depth = reachesRecursion(context.schema, struct) ? `, depth = ${MAX_DEPTH}` : '';
  const nothing = scope.annotation(() => 'void');
  const result = scope.annotation(() => context.typeName(reference));
  code.block(
    `write${wire.name}(${value}, ${out}${depth})${nothing}`,
    () => emitStructWriter(scope, wire, struct),
    ',',
  );
  code.block(
    `read${wire.name}(${input})${result}`,
    () => emitStructReader(scope, wire, struct),
    ',',
  );
}
