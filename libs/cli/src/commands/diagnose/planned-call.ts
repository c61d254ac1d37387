import type { FieldValues } from '@nestjs-thrift/codec/internal';
import { findMethod } from '../../idl/find-method.js';
import type { IdlOptions } from '../../idl/idl-options.js';
import { compileIdl, requireIdl } from '../../idl/load-idl.js';
import type { CommandIo } from '../../terminal/terminal.js';
import { callableMethod, type CallableMethod } from '../../values/method-shapes.js';
import { argumentsOf, readPayload } from '../../values/payload.js';

/** A method call that a diagnosis ends with. */
export interface PlannedCall extends CallableMethod {
  readonly args: FieldValues;
}

/** What the command line says about it. */
export interface CallRequest extends IdlOptions {
  /** `Service.Method`. */
  readonly name: string;
  readonly payload: readonly string[];
  readonly idl: readonly string[];
}

/** Finds the method and reads its arguments, before anything is sent. @throws CommandFailure if it cannot be called. */
export async function planCall(
  { name, payload, idl, ...options }: CallRequest,
  io: CommandIo,
): Promise<PlannedCall> {
  const compiled = compileIdl(requireIdl({ idl }), options, io);
  const found = findMethod(compiled.schema, name);
  const method = callableMethod(compiled, found);
  const json = await readPayload(payload, method.parameters, io);
  return { ...method, args: argumentsOf(json, found.method.name, method.parameters) };
}
