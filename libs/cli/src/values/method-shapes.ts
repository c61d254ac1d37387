import type {
  MethodDefinition,
  ServiceDefinition,
  StreamMethod,
  StructCodec,
} from '@nestjs-thrift/codec';
import type { CompiledSchema, StructShape, TypeShape } from '@nestjs-thrift/codec/compiler';
import type { FoundMethod } from '../idl/find-method.js';

/** A method that can be called, with the shapes of what it takes and gives. */
export interface CallableMethod {
  readonly service: ServiceDefinition;
  readonly definition: MethodDefinition;
  /** Those of a stream are one: a message of the client. */
  readonly parameters: StructShape;
  /** Type of the result, or of the messages of the server; nothing for `void`. */
  readonly returns: TypeShape | undefined;
  /** Declared exceptions by the name of their type. */
  readonly exceptions: ReadonlyMap<string, TypeShape>;
}

/** A method that sends a stream in one direction or both. */
export type StreamingMethod = CallableMethod & { readonly definition: StreamMethod };

/** Whether a method sends a stream in any direction. */
export function isStreaming(method: CallableMethod): method is StreamingMethod {
  return !('args' in method.definition);
}

/** A method of the IDL as calls need it. */
export function callableMethod(
  compiled: CompiledSchema,
  { file, service: { name }, method }: FoundMethod,
): CallableMethod {
  const service = compiled.service({ file, name });
  const definition = service.methods[method.name]!;
  if (!('args' in definition)) {
    const exceptions = byName(definition.exceptions.map(({ codec }) => shapeOf(codec)));
    return { service, definition, ...messagesOf(definition), exceptions };
  }
  const results = definition.kind === 'unary' ? shapeOf(definition.result).fields : [];
  const returns = results.find((field) => field.name === 'success' && field.id === 0)?.type;
  const thrown = results.filter(({ id }) => id !== 0).map(({ type }) => type);
  return {
    service,
    definition,
    parameters: shapeOf(definition.args),
    returns,
    exceptions: byName(thrown as readonly StructShape[]),
  };
}

function byName(exceptions: readonly StructShape[]): ReadonlyMap<string, StructShape> {
  return new Map(exceptions.map((exception) => [exception.name, exception]));
}

/** Messages of a stream in the place of parameters and result: what `call` takes and prints is the same. */
function messagesOf({ parameters, request, response }: StreamMethod) {
  const [name = ''] = parameters;
  const type = shapeOf(request);
  const message = { name, id: 1, type, requiredness: 'default', annotations: {} } as const;
  const messageParameters = Object.create(shapeOf(request), { fields: { value: [message] } });
  return { parameters: messageParameters as StructShape, returns: shapeOf(response) };
}

/** Codecs made from IDL know the shape they were made from. */
function shapeOf(codec: StructCodec): StructShape {
  return codec as StructShape;
}
