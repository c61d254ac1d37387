import type {
  EnumShape,
  FieldShape,
  I64Representation,
  InvalidUtf8,
  ListShape,
  MapShape,
  PlainKind,
  SetShape,
  TypeShape,
} from '../definition/shape.js';

interface Plain<K extends PlainKind> {
  readonly kind: K;
}

interface I64 {
  readonly kind: 'i64';
  readonly as: I64Representation;
}

interface Text {
  readonly kind: 'string';
  readonly invalidUtf8: InvalidUtf8;
}

/** A boolean. */
export const bool: Plain<'bool'> = { kind: 'bool' };
/** An integer of 8 bits; `byte` in old IDL. */
export const i8: Plain<'i8'> = { kind: 'i8' };
/** An integer of 16 bits. */
export const i16: Plain<'i16'> = { kind: 'i16' };
/** An integer of 32 bits. */
export const i32: Plain<'i32'> = { kind: 'i32' };
/** An integer of 64 bits as a `bigint`. */
export const i64: I64 = { kind: 'i64', as: 'bigint' };
/** An integer of 64 bits as a `number`; reading one that is not safe throws a `ProtocolError`. */
export const i64Number: I64 = { kind: 'i64', as: 'number' };
/** An integer of 64 bits as decimal text. */
export const i64Text: I64 = { kind: 'i64', as: 'string' };
/** A floating-point number of 64 bits. */
export const double: Plain<'double'> = { kind: 'double' };
/** Text; bytes that are not UTF-8 become U+FFFD. */
export const string: Text = { kind: 'string', invalidUtf8: 'replace' };
/** Text; bytes that are not UTF-8 throw a `ProtocolError` with the code INVALID_DATA. */
export const strictString: Text = { kind: 'string', invalidUtf8: 'error' };
/** Bytes, as a Buffer. */
export const binary: Plain<'binary'> = { kind: 'binary' };
/** A UUID as text. */
export const uuid: Plain<'uuid'> = { kind: 'uuid' };

/** An enum; `members` is the constant that the generated file exports for it. */
export function enumeration(name: string, members: Readonly<Record<string, number>>): EnumShape {
  return { kind: 'enum', name, members };
}

/** A list, as an array. */
export function list(element: TypeShape): ListShape {
  return { kind: 'list', element };
}

/** A set, as an array without duplicates. */
export function set(element: TypeShape): SetShape {
  return { kind: 'set', element };
}

/** A map: an object if its keys are strings, else a Map. */
export function map(key: TypeShape, value: TypeShape): MapShape {
  return { kind: 'map', key, value };
}

/** A field without its name, which is the key it stands under. */
export type UnnamedField = Omit<FieldShape, 'name'>;

/** Properties of a field in addition to its id and type. */
export interface FieldExtras {
  /** Value of an absent field; a function that makes one for containers and structs. */
  readonly default?: unknown;
  /** Annotations of the field. */
  readonly annotations?: FieldShape['annotations'];
}

/** A `required` field: reading and writing fail without it. */
export function required(id: number, type: TypeShape, extras?: FieldExtras): UnnamedField {
  return unnamed('required', id, type, extras);
}

/** An `optional` field. */
export function optional(id: number, type: TypeShape, extras?: FieldExtras): UnnamedField {
  return unnamed('optional', id, type, extras);
}

/** A field that is neither `required` nor `optional`. */
export function field(id: number, type: TypeShape, extras?: FieldExtras): UnnamedField {
  return unnamed('default', id, type, extras);
}

/** Fields by name, in the order of the IDL. */
export type FieldRecord = Readonly<Record<string, UnnamedField>>;

/** The fields of a record with their names. */
export function namedFields(fields: FieldRecord): readonly FieldShape[] {
  return Object.entries(fields).map(([name, unnamedField]) => ({ name, ...unnamedField }));
}

function unnamed(
  requiredness: FieldShape['requiredness'],
  id: number,
  type: TypeShape,
  { default: defaultValue, annotations = {} }: FieldExtras = {},
): UnnamedField {
  const plain = { id, type, requiredness, annotations };
  return defaultValue === undefined ? plain : { ...plain, defaultValue };
}
