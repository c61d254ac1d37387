import type {
  ConstantValue,
  DefinitionReference,
  Schema,
  StructSchema,
  TypeSchema,
} from '@nestjs-thrift/idl';

/** The struct, union or exception of a reference. */
export function structOf(schema: Schema, reference: DefinitionReference): StructSchema {
  const struct = schema.files[reference.file]?.structs.find(({ name }) => name === reference.name);
  if (!struct) throw new Error(`${reference.file} defines no struct ${reference.name}`);
  return struct;
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
  above: ReadonlySet<StructSchema> = new Set(),
): boolean {
  const known = recursion.get(struct);
  if (known !== undefined) return known;
  if (above.has(struct)) return true;
  const path = new Set(above).add(struct);
  const result = struct.fields
    .flatMap((field) => referencedStructs(field.type))
    .some((reference) => reachesRecursion(schema, structOf(schema, reference), path));
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
