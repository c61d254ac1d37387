import type {
  ConstantValue,
  DefinitionReference,
  FieldSchema,
  FileSchema,
  Schema,
  StructSchema,
  TypeSchema,
} from '@nestjs-thrift/idl';
import type { ExceptionClass } from '../definition/service-definition.js';
import type {
  EnumShape,
  FieldShape,
  I64Representation,
  InvalidUtf8,
  ListShape,
  MismatchedFields,
  PlainShape,
  SetShape,
  StructShape,
  TypeShape,
} from '../definition/shape.js';
import { Struct } from '../descriptor/struct.js';
import type { Engine } from '../engine/engine.js';
import { constantValue } from './constant-value.js';
import { exceptionClass } from './exception-class.js';

/** How codecs represent what JavaScript has no single answer for. */
export interface CodecOptions {
  /**
   * What an i64 is in JavaScript. `bigint` is exact. `number` refuses to decode values beyond
   * `Number.MAX_SAFE_INTEGER`. `string` is decimal and exact. Writing takes a bigint or a safe integer in each mode,
   * and decimal text in the mode `string`.
   */
  readonly i64: I64Representation;

  /**
   * What reading does with a string that is not UTF-8: `replace` puts U+FFFD in its place as Node does, `error`
   * throws a `ProtocolError` `INVALID_DATA`.
   */
  readonly invalidUtf8: InvalidUtf8;

  /**
   * What reading does with a field whose type on the wire is not that of the IDL. `skip` ignores it as generated code of Apache Thrift
   * and Kitex does, `error` throws a `ProtocolError` `INVALID_DATA` as generic calls of Kitex do.
   *
   * @defaultValue `skip`
   */
  readonly mismatchedFields?: MismatchedFields;
}

/** One text for a reference, to be the key of a Map. */
export function referenceKey({ file, name }: DefinitionReference): string {
  return `${file}#${name}`;
}

/** The shapes of the definitions of a schema, each made when it is first asked for, and only once. */
export class SchemaShapes {
  readonly schema: Schema;
  readonly #options: CodecOptions;
  /** What makes the codecs; the fastest that the process allows if not given. */
  readonly engine: Engine | undefined;
  readonly #structs = new Map<string, Struct>();
  readonly #enums = new Map<string, EnumShape>();
  readonly #references = new WeakMap<StructShape | EnumShape, DefinitionReference>();

  constructor(schema: Schema, options: CodecOptions, engine?: Engine) {
    this.schema = schema;
    this.#options = options;
    this.engine = engine;
  }

  /** @throws Error if the schema has no such struct, union or exception. */
  struct(reference: DefinitionReference): Struct {
    const key = referenceKey(reference);
    let shape = this.#structs.get(key);
    if (shape === undefined) {
      shape = this.#structFrom(structOf(this.schema, reference));
      this.#structs.set(key, shape);
      this.#references.set(shape, reference);
    }
    return shape;
  }

  #structFrom({ kind, name, fields }: StructSchema): Struct {
    const shapes = () => fields.map((field) => this.field(field));
    let type: ExceptionClass | undefined;
    const { engine } = this;
    const struct: Struct = new Struct({
      kind,
      name,
      fields: shapes,
      mismatchedFields: this.#options.mismatchedFields ?? 'skip',
      ...(engine && { engine }),
      ...(kind === 'exception' && {
        exceptionClass: () => (type ??= exceptionClass(name, () => struct.fields)),
      }),
    });
    return struct;
  }

  /** The shape of a type. */
  type(type: TypeSchema): TypeShape {
    switch (type.kind) {
      case 'struct':
        return this.struct(type.ref);
      case 'enum':
        return this.#enum(type.ref);
      case 'list':
      case 'set':
        return { kind: type.kind, element: this.type(type.element) } as ListShape | SetShape;
      case 'map':
        return { kind: 'map', key: this.type(type.key), value: this.type(type.value) };
      case 'i64':
        return { kind: 'i64', as: this.#options.i64 };
      case 'string':
        return { kind: 'string', invalidUtf8: this.#options.invalidUtf8 };
      default:
        return { kind: type.kind } as PlainShape;
    }
  }

  /** Where the definition of a shape stands. @throws Error for a shape that is not one of this schema. */
  referenceOf(shape: StructShape | EnumShape): DefinitionReference {
    const reference = this.#references.get(shape);
    if (reference === undefined) {
      throw new Error(`${shape.name} is not defined in ${this.schema.root}`);
    }
    return reference;
  }

  #enum(reference: DefinitionReference): EnumShape {
    const key = referenceKey(reference);
    let shape = this.#enums.get(key);
    if (shape === undefined) {
      shape = { kind: 'enum', name: reference.name, members: membersOf(this.schema, reference) };
      this.#enums.set(key, shape);
      this.#references.set(shape, reference);
    }
    return shape;
  }

  /** The shape of a field. */
  field({ name, id, type, requiredness, defaultValue, annotations }: FieldSchema): FieldShape {
    const shape = this.type(type);
    const plain = { name, id, type: shape, requiredness, annotations };
    if (defaultValue === undefined) {
      return plain;
    }
    const make = () => constantValue(defaultValue, shape);
    // Scalars are one value for all; what a user could change is made afresh.
    const isShared = !FRESH.has(defaultValue.kind) && type.kind !== 'binary';
    return { ...plain, defaultValue: isShared ? make() : make };
  }
}

const FRESH: ReadonlySet<ConstantValue['kind']> = new Set(['list', 'map', 'struct']);

/** The struct, union or exception of a reference. */
export function structOf(schema: Schema, reference: DefinitionReference): StructSchema {
  const file = schema.files[reference.file];
  const struct = file && structsByName(file).get(reference.name);
  if (!struct) {
    throw new Error(`${reference.file} defines no struct ${reference.name}`);
  }
  return struct;
}

const indexes = new WeakMap<FileSchema, ReadonlyMap<string, StructSchema>>();

/** Every reference of a schema is looked up at least once when it is compiled, so files of many structs need an index. */
function structsByName(file: FileSchema): ReadonlyMap<string, StructSchema> {
  let index = indexes.get(file);
  if (!index) {
    index = new Map(file.structs.map((struct) => [struct.name, struct]));
    indexes.set(file, index);
  }
  return index;
}

function membersOf(schema: Schema, { file, name }: DefinitionReference): EnumShape['members'] {
  const definition = schema.files[file]?.enums.find((each) => each.name === name);
  if (definition === undefined) {
    throw new Error(`${file} defines no enum ${name}`);
  }
  return Object.fromEntries(definition.members.map((member) => [member.name, member.value]));
}
