import type { MethodDefinition, ServiceDefinition, StructCodec } from '@nestjs-thrift/codec';
import type { CompiledSchema, StructShape, TypeShape } from '@nestjs-thrift/codec/compiler';
import type { FoundMethod } from '../idl/find-method.js';

/** A method that can be called, with the shapes of what it takes and gives. */
export interface CallableMethod {
  readonly service: ServiceDefinition;
  readonly definition: MethodDefinition;
  readonly parameters: StructShape;
  /** Type of the result; nothing for `void`. */
  readonly returns: TypeShape | undefined;
  /** Declared exceptions by the name of their type. */
  readonly exceptions: ReadonlyMap<string, TypeShape>;
}

/** A method of the IDL as calls need it. */
export function callableMethod(
  compiled: CompiledSchema,
  { file, service: { name }, method }: FoundMethod,
): CallableMethod {
  const service = compiled.service({ file, name });
  const definition = service.methods[method.name]!;
  if (!('args' in definition)) {
    return {
      service,
      definition,
      parameters: shapeOf(definition.request),
      returns: undefined,
      exceptions: new Map(),
    };
  }
  const results = definition.kind === 'unary' ? shapeOf(definition.result).fields : [];
  const returns = results.find((field) => field.name === 'success' && field.id === 0)?.type;
  const thrown = results.filter(({ id }) => id !== 0).map(({ type }) => type);
  return {
    service,
    definition,
    parameters: shapeOf(definition.args),
    returns,
    exceptions: new Map(thrown.map((type) => [(type as StructShape).name, type])),
  };
}

/** Codecs made from IDL know the shape they were made from. */
function shapeOf(codec: StructCodec): StructShape {
  return codec as StructShape;
}
