import {
  findStruct,
  type Annotations,
  type ConstantValue,
  type Schema,
  type TypeSchema,
} from '@nestjs-thrift/idl';

/** A constant as the IDL would write it. */
export function constantText(value: ConstantValue, type: TypeSchema, schema: Schema): string {
  const text = (part: ConstantValue, partType: TypeSchema): string =>
    constantText(part, partType, schema);
  switch (value.kind) {
    case 'string':
      return JSON.stringify(value.value);
    case 'enum':
      return value.member !== undefined && type.kind === 'enum'
        ? `${type.ref.name}.${value.member}`
        : String(value.value);
    case 'list': {
      const element = type.kind === 'list' || type.kind === 'set' ? type.element : type;
      return `[${value.values.map((each) => text(each, element)).join(', ')}]`;
    }
    case 'map': {
      const [key, item] = type.kind === 'map' ? [type.key, type.value] : [type, type];
      const entries = value.entries.map(
        (entry) => `${text(entry.key, key)}: ${text(entry.value, item)}`,
      );
      return `{${entries.join(', ')}}`;
    }
    case 'struct': {
      const fields = type.kind === 'struct' ? findStruct(schema, type.ref).fields : [];
      const members = fields.flatMap((field) => {
        const given = Object.hasOwn(value.fields, field.name)
          ? value.fields[field.name]
          : undefined;
        return given ? [`${JSON.stringify(field.name)}: ${text(given, field.type)}`] : [];
      });
      return `{${members.join(', ')}}`;
    }
    default:
      return String(value.value);
  }
}

/** Annotations as the IDL would write them, with a blank before them; nothing if there are none. */
export function annotationsText(annotations: Annotations): string {
  const texts = Object.entries(annotations).flatMap(([key, values]) =>
    values.map((value) => `${key} = ${JSON.stringify(value)}`),
  );
  return texts.length === 0 ? '' : ` (${texts.join(', ')})`;
}
