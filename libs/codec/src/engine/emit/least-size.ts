import { isStruct, type FieldShape, type Kind, type TypeShape } from '../../definition/shape.js';

/** What one protocol needs at least. */
export interface LeastSizes {
  /** Fewest bytes of each kind; of a struct the byte that ends it. */
  readonly minimum: Readonly<Record<Kind, number>>;
  /** Fewest bytes of a field header. */
  readonly leastHeader: number;
  /** Whether the header of a field tells its value. */
  headerHolds(kind: Kind): boolean;
}

/** Structs in structs whose fields are counted. */
const MAX_LEVELS = 2;

/**
 * Fewest bytes of a value, which bound the count of a container. A struct has its required fields; what
 * lies deeper is left out, which makes the bound weaker and not wrong.
 */
export function leastSize(type: TypeShape, sizes: LeastSizes, levels = MAX_LEVELS): number {
  const minimum = sizes.minimum[type.kind];
  if (!isStruct(type) || levels === 0) {
    return minimum;
  }
  const { kind, fields } = type;
  const fieldSize = (field: FieldShape) =>
    sizes.leastHeader +
    (sizes.headerHolds(field.type.kind) ? 0 : leastSize(field.type, sizes, levels - 1));
  // Kitex writes a nil union as a struct without fields.
  if (kind === 'union') {
    return minimum;
  }
  const required = fields.filter(({ requiredness }) => requiredness === 'required');
  return required.reduce((sum, field) => sum + fieldSize(field), minimum);
}
