import type { ExceptionClass, StructCodec } from '../definition/service-definition.js';
import { Struct, type StructSource } from './struct.js';
import { namedFields, type FieldRecord } from './types.js';

export type { ServiceDefinition, StructCodec } from '../definition/service-definition.js';
export { ThriftException } from '../errors/thrift-exception.js';
export { service, type MethodSource, type MethodSources } from './service.js';
export { frozen } from './frozen.js';
export { Struct, type Init } from './struct.js';
export { validated } from './validated.js';
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

/**
 * A struct of the IDL.
 *
 * @param codec gives a codec from a file, instead of one that is made when it is used first.
 */
export function struct<T, Required extends keyof T = never>(
  name: string,
  fields: () => FieldRecord,
  codec?: () => StructCodec<T>,
): Struct<T, Required> {
  return new Struct<T, Required>({
    kind: 'struct',
    name,
    fields: named(fields),
    ...asCodec(codec),
  });
}

/** A union of the IDL. @param codec see {@link struct}. */
export function union<T>(
  name: string,
  fields: () => FieldRecord,
  codec?: () => StructCodec<T>,
): Struct<T> {
  return new Struct<T>({ kind: 'union', name, fields: named(fields), ...asCodec(codec) });
}

/**
 * An exception of the IDL, whose class the generated file exports under the exception's name.
 *
 * @param codec see {@link struct}.
 */
export function exception<T, Required extends keyof T = never>(
  name: string,
  type: () => abstract new (...args: never[]) => T,
  fields: () => FieldRecord,
  codec?: () => StructCodec<T>,
): Struct<T, Required> {
  return new Struct<T, Required>({
    kind: 'exception',
    name,
    fields: named(fields),
    exceptionClass: type as unknown as () => ExceptionClass,
    ...asCodec(codec),
  });
}

function named(fields: () => FieldRecord): StructSource['fields'] {
  return () => namedFields(fields());
}

function asCodec<T>(codec: (() => StructCodec<T>) | undefined): Pick<StructSource, 'codec'> {
  return codec === undefined ? {} : { codec: codec as StructSource['codec'] & {} };
}
