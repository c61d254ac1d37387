import type {
  CodecMethod,
  MethodDefinition,
  ProtocolName,
  ServiceDefinition,
  StructCodec,
} from '../definition/service-definition.js';
import type { StructShape } from '../definition/shape.js';
import { referencedStructs } from '../engine/emit/struct-graph.js';
import { PROTOCOLS } from '../protocol/protocol.js';

/** When codecs can be made. */
export const COMPILE_TIMES = ['first-use', 'at-start'] as const;

/** When codecs are made; the option of clients and servers. */
export type CompileTime = (typeof COMPILE_TIMES)[number];

/** A struct whose codec is made when it is used first; see `LazyCodec`. */
type LazyStruct = StructShape & { compile(method: CodecMethod): void };

/**
 * Makes every codec that one side of a service needs, which its first calls would make otherwise. Codecs that are not made
 * on first use, such as those of Apache's generated code, are left as they are.
 */
export function compileCodecs(
  service: ServiceDefinition,
  side: 'client' | 'server',
  protocols: readonly ProtocolName[],
): void {
  for (const protocol of protocols) {
    const { read, write } = PROTOCOLS[protocol].methods;
    const [args, result] = side === 'client' ? [write, read] : [read, write];
    const done = { [args]: new Set<StructShape>(), [result]: new Set<StructShape>() };
    for (const method of Object.values(service.methods)) {
      const [request, ...answers] = messagesOf(method);
      compileAll(request, args, done[args]!);
      for (const answer of answers) {
        compileAll(answer, result, done[result]!);
      }
    }
  }
}

function messagesOf(method: MethodDefinition): [request: StructCodec, ...answers: StructCodec[]] {
  switch (method.kind) {
    case 'unary':
      return [method.args as StructCodec, method.result as StructCodec];
    case 'oneway':
      return [method.args as StructCodec];
    default:
      return [method.request, method.response, ...method.exceptions.map(({ codec }) => codec)];
  }
}

function compileAll(
  codec: StructCodec | StructShape,
  method: CodecMethod,
  done: Set<StructShape>,
): void {
  if (!isLazyStruct(codec) || done.has(codec)) {
    return;
  }
  done.add(codec);
  codec.compile(method);
  for (const struct of codec.fields.flatMap(({ type }) => referencedStructs(type))) {
    compileAll(struct, method, done);
  }
}

function isLazyStruct(codec: object): codec is LazyStruct {
  return 'compile' in codec && 'fields' in codec;
}
