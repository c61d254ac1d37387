import type { CodecMethod } from '../../definition/service-definition.js';
import type { StructShape } from '../../definition/shape.js';
import { binaryEmitter } from './binary-emitter.js';
import { CodeWriter } from './code-writer.js';
import { compactEmitter } from './compact-emitter.js';
import type { EmitContext } from './emit-context.js';
import { EmitScope } from './emit-scope.js';
import { quote } from './names.js';
import { reachesRecursion } from './struct-graph.js';
import { emitStructReader } from './struct-reader.js';
import { emitStructWriter } from './struct-writer.js';
import type { WireEmitter } from './wire-emitter.js';

/** Depth that writing starts with; what readers everywhere accept. */
const MAX_DEPTH = 64;

/**
 * Code of the codec of one struct, union or exception: an expression, an object literal that implements
 * `StructCodec`, or those of its methods that are asked for. The same text, with or without types, runs from a file and
 * through `new Function`.
 */
export function emitStructCodec(
  struct: StructShape,
  context: EmitContext,
  methods: readonly CodecMethod[] = CODEC_METHODS,
): string {
  const code = new CodeWriter();
  const scope = new EmitScope(context, code);
  code.block('', () => {
    code.line(`name: ${quote(struct.name)},`);
    for (const method of methods) {
      const { wire, emit } = EMITTERS[method];
      emit(scope, wire, struct);
    }
  });
  return code.toString().trimStart();
}

interface MethodEmitter {
  readonly wire: WireEmitter;
  readonly emit: (scope: EmitScope, wire: WireEmitter, struct: StructShape) => void;
}

const EMITTERS: Readonly<Record<CodecMethod, MethodEmitter>> = {
  writeBinary: { wire: binaryEmitter, emit: emitWriter },
  readBinary: { wire: binaryEmitter, emit: emitReader },
  writeCompact: { wire: compactEmitter, emit: emitWriter },
  readCompact: { wire: compactEmitter, emit: emitReader },
};

const CODEC_METHODS = Object.keys(EMITTERS) as CodecMethod[];

function emitWriter(scope: EmitScope, wire: WireEmitter, struct: StructShape): void {
  const { code, context } = scope;
  const type = scope.annotation(() => context.typeName(struct));
  const out = `out${scope.annotation(() => scope.runtime('WriteBuffer'))}`;
  const depth = reachesRecursion(struct) ? `, depth = ${MAX_DEPTH}` : '';
  const nothing = scope.annotation(() => 'void');
  const head = `write${wire.name}(value${type}, ${out}${depth})${nothing}`;
  code.block(head, () => emitStructWriter(scope, wire, struct), ',');
}

function emitReader(scope: EmitScope, wire: WireEmitter, struct: StructShape): void {
  const { code, context } = scope;
  const input = `input${scope.annotation(() => scope.runtime('ReadBuffer'))}`;
  const result = scope.annotation(() => context.typeName(struct));
  const head = `read${wire.name}(${input})${result}`;
  code.block(head, () => emitStructReader(scope, wire, struct), ',');
}
