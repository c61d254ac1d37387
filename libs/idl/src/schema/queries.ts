import type {
  DefinitionReference,
  EnumSchema,
  FileSchema,
  MethodSchema,
  Schema,
  ServiceSchema,
  StructSchema,
} from './schema.js';

/**
 * The struct, union or exception that a reference names.
 *
 * @throws {RangeError} if the schema has none; references taken from the schema itself always resolve.
 */
export function findStruct(schema: Schema, ref: DefinitionReference): StructSchema {
  return find(schema, ref, 'struct', ({ structs }) => structs);
}

/**
 * The enum that a reference names.
 *
 * @throws {RangeError} if the schema has none; references taken from the schema itself always resolve.
 */
export function findEnum(schema: Schema, ref: DefinitionReference): EnumSchema {
  return find(schema, ref, 'enum', ({ enums }) => enums);
}

/**
 * The service that a reference names.
 *
 * @throws {RangeError} if the schema has none; references taken from the schema itself always resolve.
 */
export function findService(schema: Schema, ref: DefinitionReference): ServiceSchema {
  return find(schema, ref, 'service', ({ services }) => services);
}

/**
 * Methods of a service with all it inherits: those of the furthest ancestor first. A method that is defined again
 * further down keeps its place and takes the nearer definition.
 */
export function allMethods(schema: Schema, service: ServiceSchema): MethodSchema[] {
  const lineage = [service];
  for (let ref = service.extends; ref !== undefined; ref = lineage[0]?.extends) {
    lineage.unshift(findService(schema, ref));
  }
  const methods = new Map<string, MethodSchema>();
  for (const method of lineage.flatMap((ancestor) => ancestor.methods)) {
    methods.set(method.name, method);
  }
  return [...methods.values()];
}

function find<T extends { readonly name: string }>(
  schema: Schema,
  { file, name }: DefinitionReference,
  what: string,
  definitions: (file: FileSchema) => readonly T[],
): T {
  const known = Object.hasOwn(schema.files, file) ? schema.files[file] : undefined;
  const found = known && definitions(known).find((definition) => definition.name === name);
  if (found === undefined) {
    throw new RangeError(`there is no ${what} "${name}" in "${file}"`);
  }
  return found;
}
