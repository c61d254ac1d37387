import { findStruct } from '../schema/queries.js';
import type { DefinitionReference, TypeSchema } from '../schema/schema.js';
import type { Comparison } from './comparison.js';

/** How a type changed: not at all; into one with the same bytes; or into one that the other version cannot read. */
export type TypeChange = 'none' | 'declared' | 'wire';

/**
 * Compares two types. Types that keep their name are not entered: what changed inside them is found where they are
 * defined.
 */
export function compareTypes(comparison: Comparison, old: TypeSchema, now: TypeSchema): TypeChange {
  return new TypeComparer(comparison).compare(old, now);
}

class TypeComparer {
  /** Pairs of structs that are being compared, for those that hold themselves. */
  private readonly open = new Set<string>();

  constructor(private readonly comparison: Comparison) {}

  compare(old: TypeSchema, now: TypeSchema): TypeChange {
    if (old.alias && now.alias && this.isSameTypedef(old.alias, now.alias)) return 'none';
    if (old.kind === 'map' && now.kind === 'map') {
      return worse(this.compare(old.key, now.key), this.compare(old.value, now.value));
    }
    if (
      (old.kind === 'list' && now.kind === 'list') ||
      (old.kind === 'set' && now.kind === 'set')
    ) {
      return this.compare(old.element, now.element);
    }
    if (old.kind === 'struct' && now.kind === 'struct')
      return this.compareStructs(old.ref, now.ref);
    if (wireKind(old) !== wireKind(now)) return 'wire';
    if (old.kind === 'enum' && now.kind === 'enum') {
      return this.comparison.isSameType(old.ref, now.ref) ? 'none' : 'declared';
    }
    return old.kind === now.kind ? 'none' : 'declared';
  }

  private isSameTypedef(old: DefinitionReference, now: DefinitionReference): boolean {
    const pair = this.comparison.types.newOf(old);
    return pair?.definition.sort === 'typedef' && this.comparison.isSameType(old, now);
  }

  /** Names of structs are not sent: another one with the same fields reads the same. */
  private compareStructs(oldRef: DefinitionReference, newRef: DefinitionReference): TypeChange {
    if (this.comparison.isSameType(oldRef, newRef)) return 'none';
    const pair = [oldRef.file, oldRef.name, newRef.file, newRef.name].join('\0');
    if (this.open.has(pair)) return 'none';
    this.open.add(pair);
    const { oldSchema, newSchema } = this.comparison;
    const old = findStruct(oldSchema, oldRef);
    const now = findStruct(newSchema, newRef);
    const newFields = new Map(now.fields.map((field) => [field.id, field]));
    const sameUnion = (old.kind === 'union') === (now.kind === 'union');
    const agree =
      sameUnion &&
      old.fields.length === now.fields.length &&
      old.fields.every((field) => {
        const other = newFields.get(field.id);
        const sameNeed =
          (field.requiredness === 'required') === (other?.requiredness === 'required');
        return other !== undefined && sameNeed && this.compare(field.type, other.type) !== 'wire';
      });
    return agree ? 'declared' : 'wire';
  }
}

/** What the protocols call the type. */
function wireKind({ kind }: TypeSchema): TypeSchema['kind'] {
  switch (kind) {
    case 'enum':
      return 'i32';
    case 'binary':
      return 'string';
    default:
      return kind;
  }
}

function worse(a: TypeChange, b: TypeChange): TypeChange {
  if (a === 'wire' || b === 'wire') return 'wire';
  return a === 'declared' || b === 'declared' ? 'declared' : 'none';
}
