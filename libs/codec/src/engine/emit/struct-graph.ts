import { isStruct, type StructShape, type TypeShape } from '../../definition/shape.js';

/** The structs a type mentions, those inside containers included. */
export function referencedStructs(type: TypeShape): readonly StructShape[] {
  if (isStruct(type)) {
    return [type];
  }
  switch (type.kind) {
    case 'list':
    case 'set':
      return referencedStructs(type.element);
    case 'map':
      return [...referencedStructs(type.key), ...referencedStructs(type.value)];
    default:
      return [];
  }
}

const recursion = new WeakMap<StructShape, boolean>();

/**
 * Whether a value of the struct can be nested without bound: the struct leads back to itself, or to one that does.
 * Only such structs have to count their depth when they are written.
 */
export function reachesRecursion(struct: StructShape, above = new Set<StructShape>()): boolean {
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
    .some((inner) => reachesRecursion(inner, above));
  above.delete(struct);
  recursion.set(struct, result);
  return result;
}
