import type {
  ConstantValue,
  DefinitionReference,
  FileSchema,
  Schema,
  StructSchema,
  TypeSchema,
} from '@nestjs-thrift/idl';

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

/** The structs a type mentions, those inside containers included. */
export function referencedStructs(type: TypeSchema): readonly DefinitionReference[] {
  switch (type.kind) {
    case 'struct':
      return [type.ref];
    case 'list':
    case 'set':
      return referencedStructs(type.element);
    case 'map':
      return [...referencedStructs(type.key), ...referencedStructs(type.value)];
    default:
      return [];
  }
}

const recursion = new WeakMap<StructSchema, boolean>();

/**
 * Whether a value of the struct can be nested without bound: the struct leads back to itself, or to one that does.
 * Only such structs have to count their depth when they are written.
 */
export function reachesRecursion(
  schema: Schema,
  struct: StructSchema,
  above = new Set<StructSchema>(),
): boolean {
  const known = recursion.get(struct);
  if (known !== undefined) {
    return known;
  }
  if (above.has(struct)) {
    return true;
  }
  above.add(struct);
  const result = struct.fields
    .flatMap((field) => referencedStructs(field.type))
    .some((reference) => reachesRecursion(schema, structOf(schema, reference), above));
  above.delete(struct);
  recursion.set(struct, result);
  return result;
}

/** The default of a field, where reading applies it: a required field must come by itself. */
export function appliedDefault(
  struct: StructSchema,
  field: StructSchema['fields'][number],
): ConstantValue | undefined {
  const ignored = struct.kind === 'union' || field.requiredness === 'required';
  return ignored ? undefined : field.defaultValue;
}
