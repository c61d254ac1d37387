import type { MethodDefinition, ServiceDefinition } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import type { Schema, TypeSchema } from '@nestjs-thrift/idl';
import { findMethod } from '../../idl/find-method.js';
import type { IdlOptions } from '../../idl/idl-options.js';
import { compileIdl } from '../../idl/load-idl.js';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import type { CommandIo } from '../../terminal/terminal.js';
import { argumentsFromJson } from '../../values/from-json.js';
import { readPayload } from '../call/read-payload.js';

/** A method call that a diagnosis ends with. */
export interface PlannedCall {
  readonly service: ServiceDefinition;
  readonly method: MethodDefinition;
  readonly args: FieldValues;
  /** Type of the result; nothing for `void`. */
  readonly returns: TypeSchema | undefined;
  readonly schema: Schema;
}

/** What the command line says about it. */
export interface CallRequest extends IdlOptions {
  /** `Service.Method`. */
  readonly name: string;
  readonly payload: string | undefined;
  readonly idl: string | undefined;
}

/** Finds the method and reads its arguments, before anything is sent. @throws CommandFailure if it cannot be called. */
export async function planCall(
  { name, payload, idl, ...options }: CallRequest,
  io: CommandIo,
): Promise<PlannedCall> {
  if (idl === undefined) {
    throw new CommandFailure(
      EXIT_CODES.USAGE,
      `to call ${name}, say where its IDL is: --idl service.thrift`,
    );
  }
  const compiled = compileIdl(idl, options, io);
  const { schema } = compiled;
  const { file, service, method } = findMethod(schema, name);
  const args = argumentsFromJson(await readPayload(payload, io), method, compiled);
  const definition = compiled.service({ file, name: service.name });
  return {
    service: definition,
    method: definition.methods[method.name]!,
    args,
    returns: method.returns,
    schema,
  };
}
