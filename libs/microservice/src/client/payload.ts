import type { FieldValues, MethodDefinition } from '@nestjs-thrift/codec';

/** The request of a method with one parameter is that parameter. */
export function payloadReader({ parameters }: MethodDefinition): (args: FieldValues) => unknown {
  const [name] = parameters;
  return name !== undefined && parameters.length === 1 ? (args) => args[name] : (args) => args;
}
