import type { DeclaredException, RequestMethod, StructCodec } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import { declaredExceptions } from './declared-exceptions.js';
import { generatedCodec } from './generated-codec.js';
import { EMPTY_STRUCT, GeneratedMethod } from './generated-method.js';
import { parameterNames, type ApacheService } from './generated-service.js';

/** The definition of one method of a generated service. */
export function methodDefinition(
  service: ApacheService,
  serviceName: string,
  name: string,
): RequestMethod {
  const method = new GeneratedMethod(service, name);
  const parameters = parameterNames(service, name);
  const exceptions = declaredExceptions(method);
  const base = {
    name,
    parameters,
    exceptions,
    idempotent: false,
    annotations: {},
    args: argumentsCodec(`${serviceName}_${name}_args`, method, parameters),
  };
  if (method.oneway) {
    return { kind: 'oneway', ...base };
  }
  return {
    kind: 'unary',
    ...base,
    // The generated client takes an empty result for success only where nothing is returned.
    returnsVoid: method.readResult(EMPTY_STRUCT).error === null,
    result: resultCodec(`${serviceName}_${name}_result`, method, exceptions),
  };
}

function argumentsCodec(
  codecName: string,
  method: GeneratedMethod,
  parameters: readonly string[],
): StructCodec<FieldValues> {
  return generatedCodec<FieldValues>(
    codecName,
    (args, output) => {
      method.writeArguments(
        parameters.map((parameter) => args[parameter]),
        output,
      );
    },
    (input) => {
      const values = method.readArguments(input);
      return Object.fromEntries(parameters.map((parameter, index) => [parameter, values[index]]));
    },
  );
}

function resultCodec(
  codecName: string,
  method: GeneratedMethod,
  exceptions: readonly DeclaredException[],
): StructCodec<FieldValues> {
  return generatedCodec<FieldValues>(
    codecName,
    (values, output) => {
      const thrown = exceptions.find(({ field }) => values[field] !== undefined);
      const error = thrown === undefined ? null : values[thrown.field];
      method.writeResult({ error, result: values.success }, output);
    },
    (input) => {
      const { error, result } = method.readResult(input);
      if (error === null) {
        return result === undefined ? {} : { success: result };
      }
      const thrown = exceptions.find(({ type }) => error instanceof type);
      return thrown === undefined ? {} : { [thrown.field]: error };
    },
  );
}
