import type { EnumSchema, FileSchema, StructSchema, TypedefSchema } from '../schema/schema.js';

/** What a type name may stand for. */
export type TypeDefinition =
  | ({ readonly sort: 'typedef' } & TypedefSchema)
  | ({ readonly sort: 'enum' } & EnumSchema)
  | ({ readonly sort: 'struct' } & StructSchema);

/** All types that a file defines. */
export function typeDefinitions({ typedefs, enums, structs }: FileSchema): TypeDefinition[] {
  return [
    ...typedefs.map((definition) => ({ sort: 'typedef', ...definition }) as const),
    ...enums.map((definition) => ({ sort: 'enum', ...definition }) as const),
    ...structs.map((definition) => ({ sort: 'struct', ...definition }) as const),
  ];
}

/** The word that the IDL has for it. */
export function wordFor(definition: TypeDefinition): string {
  return definition.sort === 'struct' ? definition.kind : definition.sort;
}

/** The word with its article, of which "union" takes the one of its sound. */
export function oneSuch(definition: TypeDefinition): string {
  const word = wordFor(definition);
  return /^[aeio]/.test(word) ? `an ${word}` : `a ${word}`;
}
