import type { Annotations, DefinitionReference, Schema, TypeSchema } from '@nestjs-thrift/idl';

/**
 * A type as a file of the IDL writes it: names of typedefs, with the include prefix for those of other files.
 *
 * @param annotationsText writes the annotations of the type and of the types in it
 */
export function typeText(
  type: TypeSchema,
  file: string,
  schema: Schema,
  annotationsText: (annotations: Annotations) => string,
): string {
  const text = (part: TypeSchema): string => typeText(part, file, schema, annotationsText);
  const own = annotationsText(ownAnnotations(type, schema));
  if (type.alias !== undefined) {
    return referenceText(type.alias, file, schema) + own;
  }
  switch (type.kind) {
    case 'list':
    case 'set':
      return `${type.kind}<${text(type.element)}>${own}`;
    case 'map':
      return `map<${text(type.key)}, ${text(type.value)}>${own}`;
    case 'enum':
    case 'struct':
      return referenceText(type.ref, file, schema) + own;
    default:
      return type.kind + own;
  }
}

/** The annotations of a type without those that its typedef already has. */
function ownAnnotations({ alias, annotations = {} }: TypeSchema, schema: Schema): Annotations {
  const typedef = schema.files[alias?.file ?? '']?.typedefs.find(
    ({ name }) => name === alias?.name,
  );
  const inherited = typedef?.type.annotations ?? {};
  return Object.fromEntries(
    Object.entries(annotations).filter(([key, values]) => inherited[key] !== values),
  );
}

/** The name of a definition as a file writes it. */
export function referenceText(
  { file, name }: DefinitionReference,
  from: string,
  schema: Schema,
): string {
  return file === from ? name : `${schema.files[file]?.name ?? file}.${name}`;
}
