import { findStruct } from '../schema/queries.js';
import type { FieldSchema, MethodSchema, Schema, StructSchema } from '../schema/schema.js';
import { requestMapping } from './field-mapping.js';

/** The fields that a request of a method has. */
export interface RequestFields {
  readonly fields: readonly FieldSchema[];
  /** The one struct whose fields they are; absent if they are the parameters of the method. */
  readonly struct?: StructSchema;
  /** The parameter that is the struct. */
  readonly parameter?: string;
}

/** The fields of a request: those of the one struct that the method takes, else its parameters. A parameter that names its place is a field. */
export function requestFields({ parameters }: MethodSchema, schema: Schema): RequestFields {
  const [only] = parameters;
  if (only === undefined || parameters.length > 1 || only.type.kind !== 'struct') {
    return { fields: parameters };
  }
  const mapping = requestMapping(only);
  if (mapping.kind !== 'sources' || mapping.sources.length > 0) {
    return { fields: parameters };
  }
  const struct = findStruct(schema, only.type.ref);
  return { fields: struct.fields, struct, parameter: only.name };
}
