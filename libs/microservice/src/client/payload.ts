import type { MethodDefinition } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import type { CallOptions } from '@nestjs-thrift/transport';
import { ThriftRecord } from './thrift-record.js';

/** The arguments and options in the data of a `send()` or `emit()`. */
export function readPatternData(
  { parameters }: MethodDefinition,
  data: unknown,
): { args: FieldValues; options: CallOptions } {
  const [value, options] = data instanceof ThriftRecord ? [data.data, data.options] : [data, {}];
  const [name] = parameters;
  const isSingle = parameters.length === 1 && name !== undefined;
  return { args: isSingle ? { [name]: value } : (value as FieldValues), options };
}

/** The request of a method with one parameter is that parameter. */
export function payloadReader({ parameters }: MethodDefinition): (args: FieldValues) => unknown {
  const [name] = parameters;
  return name !== undefined && parameters.length === 1 ? (args) => args[name] : (args) => args;
}

/** Whether there is no payload, which Nest's clients refuse. */
export function isNothing(data: unknown): boolean {
  return data === undefined || data === null;
}

/** The error for a call without a payload. */
export function missingData(pattern: unknown): Error {
  return new Error(`${String(pattern)} needs data: pass {} for a method without parameters`);
}
