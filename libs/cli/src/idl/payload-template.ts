import {
  findEnum,
  findStruct,
  type FieldSchema,
  type MethodSchema,
  type Schema,
  type TypeSchema,
} from '@nestjs-thrift/idl';

/**
 * A payload for `call`, with a value for every field. Where a type comes again within itself, its fields are left out and its
 * containers empty, so that the payload is accepted as it is.
 */
export function payloadTemplate(schema: Schema, { parameters }: MethodSchema): unknown {
  const sampler = new Sampler(schema);
  const [only] = parameters;
  if (parameters.length === 1 && only !== undefined) {
    return sampler.value(only.type, []);
  }
  return sampler.fields(parameters, []);
}

class Sampler {
  readonly #schema: Schema;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  fields(fields: readonly FieldSchema[], within: readonly string[]): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (const { name, type } of fields) {
      const value = this.value(type, within);
      if (value !== undefined) {
        values[name] = value;
      }
    }
    return values;
  }

  /** `undefined` for a type that the value is already within. */
  value(type: TypeSchema, within: readonly string[]): unknown {
    switch (type.kind) {
      case 'bool':
        return false;
      case 'string':
      case 'binary':
        return '';
      case 'uuid':
        return '00000000-0000-0000-0000-000000000000';
      case 'enum':
        return findEnum(this.#schema, type.ref).members[0]?.name ?? 0;
      case 'list':
      case 'set': {
        const element = this.value(type.element, within);
        return element === undefined ? [] : [element];
      }
      case 'map': {
        const [key, value] = [this.value(type.key, within), this.value(type.value, within)];
        return key === undefined || value === undefined ? [] : [[key, value]];
      }
      case 'struct':
        return this.#struct(type, within);
      default:
        return 0;
    }
  }

  #struct({ ref }: TypeSchema & { readonly kind: 'struct' }, within: readonly string[]): unknown {
    const place = `${ref.file}#${ref.name}`;
    if (within.includes(place)) {
      return undefined;
    }
    const { kind, fields } = findStruct(this.#schema, ref);
    if (kind !== 'union') {
      return this.fields(fields, [...within, place]);
    }
    // A union has exactly one field: the first one that does not lead back to it.
    for (const field of fields) {
      const values = this.fields([field], [...within, place]);
      if (Object.keys(values).length > 0) {
        return values;
      }
    }
    return undefined;
  }
}
