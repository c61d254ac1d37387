import type { DefinitionReference, FileSchema, Schema } from '@nestjs-thrift/idl';

/** `User` of the root file, `shared.User` of a file the root file includes, or a reference. */
export type DefinitionName = string | DefinitionReference;

type Collection = 'structs' | 'services' | 'enums' | 'constants';

/** A definition and the reference that names it; throws for a name that is not defined. */
export function findDefinition<C extends Collection>(
  schema: Schema,
  collection: C,
  name: DefinitionName,
): { reference: DefinitionReference; definition: FileSchema[C][number] } {
  const reference = typeof name === 'string' ? parseName(schema, name) : name;
  const definitions: readonly FileSchema[C][number][] =
    schema.files[reference.file]?.[collection] ?? [];
  const definition = definitions.find((candidate) => candidate.name === reference.name);
  if (!definition) {
    const known = definitions.map((candidate) => candidate.name).join(', ') || 'none';
    throw new Error(
      `${reference.file} does not define ${reference.name} among its ${collection} (${known})`,
    );
  }
  return { reference, definition };
}

function parseName(schema: Schema, name: string): DefinitionReference {
  const dot = name.indexOf('.');
  if (dot < 0) {
    return { file: schema.root, name };
  }
  const prefix = name.slice(0, dot);
  const include = schema.files[schema.root]?.includes.find((each) => each.prefix === prefix);
  return include ? { file: include.path, name: name.slice(dot + 1) } : { file: schema.root, name };
}
