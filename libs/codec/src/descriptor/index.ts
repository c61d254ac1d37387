import type { ExceptionClass } from '../definition/service-definition.js';
import { Struct } from './struct.js';
import { namedFields, type FieldRecord } from './types.js';

export type { ServiceDefinition, StructCodec } from '../definition/service-definition.js';
export { ThriftException } from '../errors/thrift-exception.js';
export { service, type MethodSource, type MethodSources } from './service.js';
export { Struct, type Init } from './struct.js';
export {
  binary,
  bool,
  double,
  enumeration,
  field,
  i16,
  i32,
  i64,
  i64Number,
  i64Text,
  i8,
  list,
  map,
  optional,
  required,
  set,
  strictString,
  string,
  uuid,
  type FieldExtras,
  type FieldRecord,
  type UnnamedField,
} from './types.js';

/** A struct of the IDL. */
export function struct<T, Required extends keyof T = never>(
  name: string,
  fields: () => FieldRecord,
): Struct<T, Required> {
  return new Struct<T, Required>({ kind: 'struct', name, fields: () => namedFields(fields()) });
}

/** A union of the IDL. */
export function union<T>(name: string, fields: () => FieldRecord): Struct<T> {
  return new Struct<T>({ kind: 'union', name, fields: () => namedFields(fields()) });
}

/** An exception of the IDL, whose class the generated file exports under the exception's name. */
export function exception<T, Required extends keyof T = never>(
  name: string,
  type: () => abstract new (...args: never[]) => T,
  fields: () => FieldRecord,
): Struct<T, Required> {
  return new Struct<T, Required>({
    kind: 'exception',
    name,
    fields: () => namedFields(fields()),
    exceptionClass: type as unknown as () => ExceptionClass,
  });
}
