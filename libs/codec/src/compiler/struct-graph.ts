import type { DefinitionReference, Schema } from '@nestjs-thrift/idl';
import { referencedStructs, structOf } from '../emitter/schema-lookup.js';
import { referenceKey, type LocatedStruct } from './engine.js';

/**
 * The struct and all that its fields lead to, as far as `isNew` says so; those behind one that is not new are left out.
 * Throws for a reference to a struct that the schema does not define.
 */
export function reachableStructs(
  schema: Schema,
  root: LocatedStruct,
  isNew: (reference: DefinitionReference) => boolean,
): LocatedStruct[] {
  const found = new Map<string, LocatedStruct>();
  const visit = (reference: DefinitionReference, located: () => LocatedStruct): void => {
    const key = referenceKey(reference);
    if (!found.has(key) && isNew(reference)) found.set(key, located());
  };
  visit({ file: root.file, name: root.struct.name }, () => root);
  // Entries that are added while a Map is walked are walked too.
  for (const { struct } of found.values()) {
    for (const { type } of struct.fields) {
      for (const reference of referencedStructs(type)) {
        visit(reference, () => ({ file: reference.file, struct: structOf(schema, reference) }));
      }
    }
  }
  return [...found.values()];
}
