import type { DefinitionReference, Schema, TypeSchema } from '@nestjs-thrift/idl';

/** A type as a file of the IDL writes it: names of typedefs, with the include prefix for those of other files. */
export function typeText(type: TypeSchema, file: string, schema: Schema): string {
  if (type.alias !== undefined) {
    return referenceText(type.alias, file, schema);
  }
  switch (type.kind) {
    case 'list':
    case 'set':
      return `${type.kind}<${typeText(type.element, file, schema)}>`;
    case 'map':
      return `map<${typeText(type.key, file, schema)}, ${typeText(type.value, file, schema)}>`;
    case 'enum':
    case 'struct':
      return referenceText(type.ref, file, schema);
    default:
      return type.kind;
  }
}

/** The name of a definition as a file writes it. */
export function referenceText(
  { file, name }: DefinitionReference,
  from: string,
  schema: Schema,
): string {
  return file === from ? name : `${schema.files[file]?.name ?? file}.${name}`;
}
