import type { DefinitionReference, FieldSchema, TypeSchema } from '../schema/schema.js';
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
  readonly #comparison: Comparison;

  /** Structs of two names, by a key of both. They are compared one by one, however deep they are in each other. */
  readonly #pairs = new Map<string, readonly [DefinitionReference, DefinitionReference]>();

  constructor(comparison: Comparison) {
    this.#comparison = comparison;
  }

  compare(old: TypeSchema, now: TypeSchema): TypeChange {
    const change = this.#compareShapes(old, now);
    if (change === 'wire') {
      return change;
    }
    // The map grows while it is gone through.
    for (const [oldRef, newRef] of this.#pairs.values()) {
      if (!this.#haveSameFields(oldRef, newRef)) {
        return 'wire';
      }
    }
    return change;
  }

  /** As if structs of different names had the same fields; whether they have is left to be seen. */
  #compareShapes(old: TypeSchema, now: TypeSchema): TypeChange {
    if (old.alias && now.alias && this.#isSameTypedef(old.alias, now.alias)) {
      return 'none';
    }
    if (old.kind === 'map' && now.kind === 'map') {
      return worse(
        this.#compareShapes(old.key, now.key),
        this.#compareShapes(old.value, now.value),
      );
    }
    if (
      (old.kind === 'list' && now.kind === 'list') ||
      (old.kind === 'set' && now.kind === 'set')
    ) {
      return this.#compareShapes(old.element, now.element);
    }
    if (wireKind(old) !== wireKind(now)) {
      return 'wire';
    }
    if (!('ref' in old) || !('ref' in now)) {
      return old.kind === now.kind ? 'none' : 'declared';
    }
    if (this.#comparison.isSameType(old.ref, now.ref)) {
      return 'none';
    }
    if (old.kind === 'struct') {
      this.#addPair(old.ref, now.ref);
    }
    return 'declared';
  }

  #isSameTypedef(old: DefinitionReference, now: DefinitionReference): boolean {
    const pair = this.#comparison.types.newOf(old);
    return pair?.definition.sort === 'typedef' && this.#comparison.isSameType(old, now);
  }

  #addPair(old: DefinitionReference, now: DefinitionReference): void {
    this.#pairs.set([old.file, old.name, now.file, now.name].join('\0'), [old, now]);
  }

  /** Names of structs are not sent: another one with the same fields reads the same. */
  #haveSameFields(oldRef: DefinitionReference, newRef: DefinitionReference): boolean {
    const old = this.#comparison.structOf('old', oldRef);
    const now = this.#comparison.structOf('new', newRef);
    const newFields = new Map(now.fields.map((field) => [field.id, field]));
    return (
      (old.kind === 'union') === (now.kind === 'union') &&
      old.fields.length === now.fields.length &&
      old.fields.every((field) => {
        const other = newFields.get(field.id);
        return other !== undefined && this.#isSameField(field, other);
      })
    );
  }

  #isSameField(old: FieldSchema, now: FieldSchema): boolean {
    const sameNeed = (old.requiredness === 'required') === (now.requiredness === 'required');
    return sameNeed && this.#compareShapes(old.type, now.type) !== 'wire';
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
  if (a === 'wire' || b === 'wire') {
    return 'wire';
  }
  return a === 'declared' || b === 'declared' ? 'declared' : 'none';
}
