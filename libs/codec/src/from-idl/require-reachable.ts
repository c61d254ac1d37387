import type { DefinitionReference, Schema, StructSchema, TypeSchema } from '@nestjs-thrift/idl';
import { referenceKey, structOf } from './schema-shapes.js';

/**
 * Throws unless the schema defines every struct that the types lead to: what it lacks must show when a codec is asked
 * for, not when it is first used. `complete` has the keys of structs that need no look any more, and gets those seen.
 */
export function requireReachable(
  types: readonly TypeSchema[],
  schema: Schema,
  complete: Set<string>,
): void {
  const found = new Map<string, StructSchema>();
  const find = (type: TypeSchema) => {
    for (const reference of referencedStructs(type)) {
      const key = referenceKey(reference);
      if (!complete.has(key) && !found.has(key)) {
        found.set(key, structOf(schema, reference));
      }
    }
  };
  for (const type of types) {
    find(type);
  }
  // Entries that are added while a Map is walked are walked too.
  for (const { fields } of found.values()) {
    for (const { type } of fields) {
      find(type);
    }
  }
  for (const key of found.keys()) {
    complete.add(key);
  }
}

function referencedStructs(type: TypeSchema): readonly DefinitionReference[] {
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
