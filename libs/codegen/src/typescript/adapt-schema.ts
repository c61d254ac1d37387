import {
  findStruct,
  IdlError,
  type Annotations,
  type ConstantValue,
  type Diagnostic,
  type FieldSchema,
  type FileSchema,
  type MethodSchema,
  type Schema,
  type StructSchema,
  type TypeSchema,
} from '@nestjs-thrift/idl';

/** How the TypeScript of fields differs from the IDL. */
export interface FieldOptions {
  /** Names of properties and parameters: those of the IDL, or `userId` for `user_id`. Default `idl`. */
  readonly fieldNames?: 'idl' | 'camelCase';
  /**
   * What a field is that is neither `required` nor `optional`, nor has a default: absent when it did not come, or the zero
   * of its type as in Go, except for structs. Default `optional`.
   */
  readonly defaultFields?: 'optional' | 'zero';
}

/**
 * A schema with the names and defaults that TypeScript is to have. The wire knows fields by their ids, so nothing changes
 * there.
 *
 * @throws {IdlError} with the fields of a struct or method that would have one name.
 */
export function adaptSchema(schema: Schema, options: FieldOptions): Schema {
  const { fieldNames = 'idl', defaultFields = 'optional' } = options;
  if (fieldNames === 'idl' && defaultFields === 'optional') {
    return schema;
  }
  return new SchemaAdapter(schema, fieldNames === 'camelCase', defaultFields === 'zero').adapt();
}

class SchemaAdapter {
  readonly #schema: Schema;
  readonly #isCamelCase: boolean;
  readonly #hasZeros: boolean;
  readonly #clashes: Diagnostic[] = [];

  constructor(schema: Schema, isCamelCase: boolean, hasZeros: boolean) {
    this.#schema = schema;
    this.#isCamelCase = isCamelCase;
    this.#hasZeros = hasZeros;
  }

  adapt(): Schema {
    const files = Object.entries(this.#schema.files).map(
      ([path, file]) => [path, this.#file(file)] as const,
    );
    if (this.#clashes.length > 0) {
      throw new IdlError(this.#clashes);
    }
    return { ...this.#schema, files: Object.fromEntries(files) };
  }

  #file(file: FileSchema): FileSchema {
    return {
      ...file,
      constants: file.constants.map((each) => ({
        ...each,
        value: this.#constant(each.value, each.type),
      })),
      structs: file.structs.map((struct) => this.#struct(struct, file.path)),
      services: file.services.map((service) => ({
        ...service,
        methods: service.methods.map((method) => this.#method(method, file.path)),
      })),
    };
  }

  #struct(struct: StructSchema, file: string): StructSchema {
    const fields = this.#fields(struct.fields, file);
    const rename = (annotations: Annotations) => this.#references(annotations, struct.fields);
    return {
      ...struct,
      annotations: rename(struct.annotations),
      fields: fields.map((field) => ({
        ...(struct.kind === 'struct' ? this.#withZero(field) : field),
        annotations: rename(field.annotations),
      })),
    };
  }

  #method(method: MethodSchema, file: string): MethodSchema {
    return {
      ...method,
      parameters: this.#fields(method.parameters, file).map((field) => this.#withZero(field)),
      exceptions: this.#fields(method.exceptions, file),
    };
  }

  #fields(fields: readonly FieldSchema[], file: string): FieldSchema[] {
    const names = new Map<string, string>();
    return fields.map((field) => {
      const name = this.#name(field.name);
      const other = names.get(name);
      if (other !== undefined) {
        const message = `fields "${other}" and "${field.name}" would both be called "${name}"`;
        this.#clashes.push({ file, ...field.position, message, sourceLine: '' });
      }
      names.set(name, field.name);
      const { defaultValue, type } = field;
      return {
        ...field,
        name,
        ...(defaultValue && { defaultValue: this.#constant(defaultValue, type) }),
      };
    });
  }

  #withZero(field: FieldSchema): FieldSchema {
    const { requiredness, defaultValue, type } = field;
    const zero = ZEROS[type.kind];
    const isMeant = this.#hasZeros && requiredness === 'default' && defaultValue === undefined;
    return isMeant && zero !== undefined ? { ...field, defaultValue: zero } : field;
  }

  /** Constants of structs name fields. */
  #constant(value: ConstantValue, type: TypeSchema): ConstantValue {
    switch (value.kind) {
      case 'list': {
        const { element } = type as Extract<TypeSchema, { kind: 'list' }>;
        return { ...value, values: value.values.map((each) => this.#constant(each, element)) };
      }
      case 'map': {
        const { key, value: item } = type as Extract<TypeSchema, { kind: 'map' }>;
        const entries = value.entries.map((entry) => ({
          key: this.#constant(entry.key, key),
          value: this.#constant(entry.value, item),
        }));
        return { ...value, entries };
      }
      case 'struct': {
        const { ref } = type as Extract<TypeSchema, { kind: 'struct' }>;
        const { fields } = findStruct(this.#schema, ref);
        const given = fields.filter(({ name }) => Object.hasOwn(value.fields, name));
        const renamed = given.map(
          (field) =>
            [
              this.#name(field.name),
              this.#constant(value.fields[field.name]!, field.type),
            ] as const,
        );
        return { ...value, fields: Object.fromEntries(renamed) };
      }
      default:
        return value;
    }
  }

  /** Rules of validators name fields as `$user_id`. */
  #references(annotations: Annotations, fields: readonly FieldSchema[]): Annotations {
    const names = new Set(fields.map(({ name }) => name));
    const rename = (text: string) =>
      text.replaceAll(/\$(\w+)/g, (whole, name: string) =>
        names.has(name) ? `$${this.#name(name)}` : whole,
      );
    return Object.fromEntries(
      Object.entries(annotations).map(([key, values]) => [
        key,
        key.startsWith('vt.') ? values.map(rename) : values,
      ]),
    );
  }

  #name(name: string): string {
    return this.#isCamelCase ? camelCase(name) : name;
  }
}

/** Whether the default of a field is the zero of its type, and not one of the IDL. */
export function hasZero({ defaultValue, type }: FieldSchema): boolean {
  return defaultValue !== undefined && defaultValue === ZEROS[type.kind];
}

/** `user_id` is `userId`, `URL` and `Id` are left as they are but for their first letter; underscores around stay. */
function camelCase(name: string): string {
  const [, before = '', inner = '', after = ''] = /^(_*)(.*?)(_*)$/.exec(name) ?? [];
  const joined = inner.replaceAll(/_+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const isShouted = /^[A-Z0-9_]+$/.test(inner);
  const first = isShouted ? joined : joined.replace(/^[A-Z]/, (letter) => letter.toLowerCase());
  return `${before}${first}${after}`;
}

/** What an absent field is in Go. Structs are nil there, and a UUID has no zero that is one. */
const ZEROS: Readonly<Partial<Record<TypeSchema['kind'], ConstantValue>>> = {
  bool: { kind: 'bool', value: false },
  i8: { kind: 'integer', value: '0' },
  i16: { kind: 'integer', value: '0' },
  i32: { kind: 'integer', value: '0' },
  i64: { kind: 'integer', value: '0' },
  double: { kind: 'double', value: 0 },
  enum: { kind: 'enum', value: 0 },
  string: { kind: 'string', value: '' },
  binary: { kind: 'string', value: '' },
  list: { kind: 'list', values: [] },
  set: { kind: 'list', values: [] },
  map: { kind: 'map', entries: [] },
};
