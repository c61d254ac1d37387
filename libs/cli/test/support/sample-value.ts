import {
  type FieldSchema,
  findEnum,
  findStruct,
  type Schema,
  type StructSchema,
  type TypeSchema,
} from '@nestjs-thrift/idl';

/** Makes an instance of an exception of the schema from its fields. */
export type Construct = (file: string, name: string, fields: object) => object;

/** Levels below that of optional fields that required ones may lead to. */
const MIN_DEPTH = -30;

class EndlessValue extends Error {}

/** Values that fill every field of every type a schema has, as deep as optional fields lead. */
export class Samples {
  readonly #schema: Schema;
  readonly #construct: Construct;

  #count = 0;

  constructor(schema: Schema, construct: Construct) {
    this.#schema = schema;
    this.#construct = construct;
  }

  /** `undefined` if required fields lead back to the struct, so that no value of it ends. */
  of(file: string, definition: StructSchema): object | undefined {
    try {
      return this.#struct(file, definition, 3);
    } catch (error) {
      if (error instanceof EndlessValue) {
        return undefined;
      }
      throw error;
    }
  }

  #struct(file: string, definition: StructSchema, depth: number): object {
    if (depth < MIN_DEPTH) {
      throw new EndlessValue();
    }
    const entries = this.#fields(definition, depth).map(
      ({ name, type }) => [name, this.#value(type, depth - 1)] as const,
    );
    const value = Object.fromEntries(entries);
    return definition.kind === 'exception' ? this.#construct(file, definition.name, value) : value;
  }

  /** The fields to fill: one of a union, and at the bottom only what cannot be left out. */
  #fields({ kind, fields }: StructSchema, depth: number): readonly FieldSchema[] {
    if (kind !== 'union') {
      return fields.filter(({ requiredness }) => depth > 0 || requiredness === 'required');
    }
    const leaf = depth > 0 ? undefined : fields.find(({ type }) => type.kind !== 'struct');
    const chosen = leaf ?? fields[this.#count % fields.length];
    return chosen === undefined ? [] : [chosen];
  }

  #value(type: TypeSchema, depth: number): unknown {
    this.#count += 1;
    switch (type.kind) {
      case 'bool':
        return this.#count % 2 === 0;
      case 'i8':
        return (this.#count % 256) - 128;
      case 'i16':
      case 'i32':
        return this.#count - 100;
      case 'i64':
        return BigInt(this.#count) ** 5n;
      case 'double':
        return this.#count / 8;
      case 'string':
        return `text ${this.#count}`;
      case 'binary':
        return Buffer.from([this.#count % 256]);
      case 'uuid':
        return `00000000-0000-4000-8000-${String(this.#count).padStart(12, '0')}`;
      case 'enum':
        return findEnum(this.#schema, type.ref).members[0]?.value ?? 0;
      case 'struct':
        return this.#struct(type.ref.file, findStruct(this.#schema, type.ref), depth);
      case 'list':
      case 'set':
        return depth < 0 ? [] : [this.#value(type.element, depth - 1)];
      case 'map': {
        const entries =
          depth < 0
            ? []
            : [[this.#value(type.key, depth - 1), this.#value(type.value, depth - 1)] as const];
        return type.key.kind === 'string' ? Object.fromEntries(entries) : new Map(entries);
      }
    }
  }
}
