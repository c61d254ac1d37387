import type { DefinitionReference, Schema, StructSchema, TypeSchema } from '@nestjs-thrift/idl';
import { referenceKey, structOf } from './schema-shapes.js';

/** A struct and the file it stands in, which together name it. */
export interface LocatedStruct {
  readonly file: string;
  readonly struct: StructSchema;
}

/**
 * Throws unless the schema defines every struct that a struct leads to: what it lacks must show when a codec is asked
 * for, not when it is first used. `complete` has the keys of structs that need no look any more, and gets those seen.
 */
export function requireReachable(root: LocatedStruct, schema: Schema, complete: Set<string>): void {
  const found = new Map([[referenceKey({ file: root.file, name: root.struct.name }), root.struct]]);
  // Entries that are added while a Map is walked are walked too.
  for (const struct of found.values()) {
    for (const reference of struct.fields.flatMap(({ type }) => referencedStructs(type))) {
      const key = referenceKey(reference);
      if (!complete.has(key) && !found.has(key)) {
        found.set(key, structOf(schema, reference));
      }
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
