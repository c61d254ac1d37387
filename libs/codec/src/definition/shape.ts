import type { ExceptionClass, StructCodec } from './service-definition.js';

/** Types that have nothing to say but their kind. */
export type PlainKind = 'bool' | 'i8' | 'i16' | 'i32' | 'double' | 'binary' | 'uuid';

/** What an i64 is in JavaScript. */
export type I64Representation = 'bigint' | 'number' | 'string';

/** What reading does with a string that is not UTF-8. */
export type InvalidUtf8 = 'replace' | 'error';

/** What reading does with a field of a struct whose type on the wire is not that of the IDL. */
export type MismatchedFields = 'skip' | 'error';

/** An enum of the IDL; its values are numbers, also those that it does not name. */
export interface EnumShape {
  readonly kind: 'enum';
  readonly name: string;
  /** Members by name, in the order of the IDL. */
  readonly members: Readonly<Record<string, number>>;
}

/** A type that has nothing to say but its kind. */
export type PlainShape = { [K in PlainKind]: { readonly kind: K } }[PlainKind];

/** A list. */
export interface ListShape {
  readonly kind: 'list';
  readonly element: TypeShape;
}

/** A set. */
export interface SetShape {
  readonly kind: 'set';
  readonly element: TypeShape;
}

/** A map. */
export interface MapShape {
  readonly kind: 'map';
  readonly key: TypeShape;
  readonly value: TypeShape;
}

/** The type of a value: what codecs are made from, whether it comes from generated code or from a schema. */
export type TypeShape =
  | PlainShape
  | { readonly kind: 'i64'; readonly as: I64Representation }
  | { readonly kind: 'string'; readonly invalidUtf8: InvalidUtf8 }
  | EnumShape
  | ListShape
  | SetShape
  | MapShape
  | StructShape;

/** A field of a struct, a parameter of a method, or an exception that a method declares. */
export interface FieldShape {
  /** Name in the IDL; the property of a value. */
  readonly name: string;
  /** Id on the wire, -32,768 to 32,767. */
  readonly id: number;
  readonly type: TypeShape;
  readonly requiredness: 'required' | 'optional' | 'default';
  /** Value of a field that is absent, or a function that makes one: containers and structs are fresh each time. */
  readonly defaultValue?: unknown;
  /** Annotations of the field in the IDL; generated code has those that `gen --annotations` names. */
  readonly annotations: Readonly<Record<string, readonly string[]>>;
}

/** A struct, union or exception: its codec, and what the codec was made from. */
export interface StructShape<T = unknown> extends StructCodec<T> {
  readonly kind: 'struct' | 'union' | 'exception';
  /** In the order of the IDL. */
  readonly fields: readonly FieldShape[];
  /** The class of an exception; decoded exceptions are instances of it. Structs and unions have none. */
  readonly exceptionClass?: () => ExceptionClass;
  /** Default: `skip`. */
  readonly mismatchedFields?: MismatchedFields;
}

/** Every kind of type. */
export type Kind = TypeShape['kind'];

/** The type shape of one kind. */
export type ShapeOf<K extends Kind> = Extract<TypeShape, { readonly kind: K }>;

/** Whether values of a type are structs, unions or exceptions. */
export function isStruct(type: TypeShape): type is StructShape {
  return type.kind === 'struct' || type.kind === 'union' || type.kind === 'exception';
}

/** Whether JavaScript compares values of a kind by identity: two of them are never equal. */
export function isComparedByIdentity(kind: Kind): boolean {
  switch (kind) {
    case 'binary':
    case 'struct':
    case 'union':
    case 'exception':
    case 'list':
    case 'set':
    case 'map':
      return true;
    default:
      return false;
  }
}

/** The default of a field where reading applies it, made afresh: a required field must come by itself. */
export function appliedDefault({ kind }: StructShape, field: FieldShape): unknown {
  const ignored = kind === 'union' || field.requiredness === 'required';
  return ignored ? undefined : defaultOf(field);
}

/** The default that the IDL gives a field, made afresh; `undefined` without one. */
export function defaultOf({ defaultValue }: FieldShape): unknown {
  return typeof defaultValue === 'function' ? (defaultValue as () => unknown)() : defaultValue;
}
