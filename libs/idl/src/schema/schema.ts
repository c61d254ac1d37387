/**
 * The linked form of one `.thrift` file and everything it includes.
 *
 * Plain data: `JSON.parse(JSON.stringify(schema))` gives an equal schema, so tools can store it, compare it and
 * send it elsewhere. Typedefs are resolved (the alias stays visible in `alias` of {@link TypeSchema}), enum and constant
 * references are replaced by what they mean, and every reference names its file.
 */
export interface Schema {
  /** Path of the file the schema was loaded from; a key of {@link Schema.files}. */
  readonly root: string;
  /** All files by path, included files before the files that include them. */
  readonly files: Readonly<Record<string, FileSchema>>;
}

/** One `.thrift` file. */
export interface FileSchema {
  /** Path, with forward slashes, relative to the folder the schema was loaded from. */
  readonly path: string;
  /** File name without `.thrift`: the prefix other files use, as in `shared.User`. */
  readonly name: string;
  /** Header comment of the file, if the first doc comment belongs to no definition. */
  readonly doc?: string;
  /** Namespaces by scope: `{ go: 'example.user', js: 'user' }`; scope `*` applies to all languages. */
  readonly namespaces: Readonly<Record<string, string>>;
  /** Included files in order: prefix used in this file and path of the file. */
  readonly includes: readonly IncludeSchema[];
  readonly typedefs: readonly TypedefSchema[];
  readonly constants: readonly ConstantSchema[];
  readonly enums: readonly EnumSchema[];
  /** Structs, unions and exceptions in the order of the file. */
  readonly structs: readonly StructSchema[];
  readonly services: readonly ServiceSchema[];
}

/** An `include "shared.thrift"` line. */
export interface IncludeSchema {
  readonly prefix: string;
  readonly path: string;
}

/** A definition of another (or the same) file, named by file path and name. */
export interface DefinitionReference {
  readonly file: string;
  readonly name: string;
}

/** What every definition carries in addition to its content. */
export interface DefinitionSchema {
  readonly name: string;
  /** Text of the doc comment, without comment signs and leading stars. */
  readonly doc?: string;
  /** Annotations; a repeated key keeps all its values, a key without a value has `"1"`. */
  readonly annotations: Annotations;
  /** Where the definition's name stands in its file, both counted from 1. */
  readonly position: SourcePosition;
}

/** Annotations by key; each key with its values in order. */
export type Annotations = Readonly<Record<string, readonly string[]>>;

/** A place in a file, line and column counted from 1. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/** Names of the types without parameters. */
export type BaseTypeName =
  'bool' | 'i8' | 'i16' | 'i32' | 'i64' | 'double' | 'string' | 'binary' | 'uuid';

/** A type with its typedefs resolved. */
export type TypeSchema = (
  | { readonly kind: BaseTypeName }
  | { readonly kind: 'enum'; readonly ref: DefinitionReference }
  | { readonly kind: 'struct'; readonly ref: DefinitionReference }
  | { readonly kind: 'list'; readonly element: TypeSchema }
  | { readonly kind: 'set'; readonly element: TypeSchema }
  | { readonly kind: 'map'; readonly key: TypeSchema; readonly value: TypeSchema }
) & {
  /** The typedef that was written, if one was. */
  readonly alias?: DefinitionReference;
  /** Annotations written on the type itself, as in `string (js.type = "x")`; those of a typedef's type show through. */
  readonly annotations?: Annotations;
};

/** `typedef i64 UserId`. */
export interface TypedefSchema extends DefinitionSchema {
  readonly type: TypeSchema;
}

/** `const i32 LIMIT = 100`. */
export interface ConstantSchema extends DefinitionSchema {
  readonly type: TypeSchema;
  readonly value: ConstantValue;
}

/**
 * A constant's value, already checked against its type. Integers are decimal strings, so 64-bit values stay exact;
 * enum constants are numbers with the name they were written by, if any.
 */
export type ConstantValue =
  | { readonly kind: 'bool'; readonly value: boolean }
  /** i8, i16, i32 and i64 in decimal. */
  | { readonly kind: 'integer'; readonly value: string }
  /** Finite; negative zero, which JSON would lose, is zero. */
  | { readonly kind: 'double'; readonly value: number }
  /** string; uuid, in lower case and without braces; and binary, whose bytes are the UTF-8 of the text. */
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'enum'; readonly value: number; readonly member?: string }
  /** list and set. */
  | { readonly kind: 'list'; readonly values: readonly ConstantValue[] }
  | { readonly kind: 'map'; readonly entries: readonly ConstantEntry[] }
  /** A struct literal; fields in the order of the struct, absent ones left out. */
  | { readonly kind: 'struct'; readonly fields: Readonly<Record<string, ConstantValue>> };

/** One entry of a map constant. */
export interface ConstantEntry {
  readonly key: ConstantValue;
  readonly value: ConstantValue;
}

/** `enum Status { ACTIVE = 1 }`. */
export interface EnumSchema extends DefinitionSchema {
  readonly members: readonly EnumMemberSchema[];
}

/** One value of an enum; fits 32 bits. */
export interface EnumMemberSchema extends DefinitionSchema {
  readonly value: number;
}

/** A struct, union or exception. */
export interface StructSchema extends DefinitionSchema {
  readonly kind: 'struct' | 'union' | 'exception';
  /** In the order of the IDL, which is also the order on the wire. */
  readonly fields: readonly FieldSchema[];
}

/**
 * How a field is required: the keyword, or `default` when none was written. Fields of unions and of throws clauses are
 * always `optional`, parameters never.
 */
export type Requiredness = 'required' | 'optional' | 'default';

/** A field of a struct, an argument of a method or one of its exceptions. */
export interface FieldSchema extends DefinitionSchema {
  /** Signed 16-bit id; negative when the IDL gave none. */
  readonly id: number;
  readonly type: TypeSchema;
  readonly requiredness: Requiredness;
  readonly defaultValue?: ConstantValue;
}

/** `service UserService extends shared.Base { … }`. */
export interface ServiceSchema extends DefinitionSchema {
  readonly extends?: DefinitionReference;
  /** Methods of this service alone; those inherited are found through {@link ServiceSchema.extends}. */
  readonly methods: readonly MethodSchema[];
}

/**
 * Which side of a method sends a stream of messages, from the annotation `streaming.mode`: `client`, `server`, or `bidi` for
 * both (`bidirectional` in the annotation).
 */
export type StreamKind = 'client' | 'server' | 'bidi';

/** One method of a service. */
export interface MethodSchema extends DefinitionSchema {
  readonly oneway: boolean;
  /** Absent for a method with one request and at most one reply. */
  readonly stream?: StreamKind;
  /** Absent for `void`, and for `oneway` methods whatever was written. */
  readonly returns?: TypeSchema;
  readonly parameters: readonly FieldSchema[];
  /** Each of a struct type whose definition is an exception. */
  readonly exceptions: readonly FieldSchema[];
}
