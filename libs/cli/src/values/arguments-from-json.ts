import type { CompiledSchema } from '@nestjs-thrift/codec/compiler';
import type { MethodSchema } from '@nestjs-thrift/idl';
import { JsonReader } from './from-json.js';

/**
 * The arguments of a method from JSON. One parameter is given as it is; of none or several there is an object.
 *
 * @throws CommandFailure that names the place where JSON and IDL part.
 */
export function argumentsFromJson(
  json: unknown,
  { name, parameters }: MethodSchema,
  compiled: CompiledSchema,
): Record<string, unknown> {
  const reader = new JsonReader(compiled);
  const [only] = parameters;
  if (parameters.length === 1 && only !== undefined) {
    return { [only.name]: reader.value(json, only.type, '') };
  }
  return reader.fields(json, parameters, `the parameters of ${name}`, '');
}
