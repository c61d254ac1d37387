import type { Annotations, Requiredness } from '../schema/schema.js';
import type { SourceText } from '../source/source-text.js';

/**
 * What the parser makes of one file: names unresolved, ids and values as written, every node with its offset. What is
 * not written is `undefined`, so that all nodes of a kind have one shape, which is what the engine reads fastest.
 */
export interface DocumentSyntax {
  readonly source: SourceText;
  readonly doc?: string;
  readonly namespaces: ReadonlyMap<string, string>;
  readonly includes: readonly IncludeSyntax[];
  readonly typedefs: readonly TypedefSyntax[];
  readonly constants: readonly ConstantSyntax[];
  readonly enums: readonly EnumSyntax[];
  readonly structs: readonly StructSyntax[];
  readonly services: readonly ServiceSyntax[];
}

export interface IncludeSyntax {
  readonly path: string;
  readonly offset: number;
}

/** What everything that has a name carries. */
export interface DefinitionSyntax {
  readonly name: string;
  /** Of the name. */
  readonly offset: number;
  readonly doc?: string | undefined;
  readonly annotations: Annotations;
}

export type TypeSyntax = { readonly offset: number; readonly annotations?: Annotations } & (
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'list' | 'set'; readonly element: TypeSyntax }
  | { readonly kind: 'map'; readonly key: TypeSyntax; readonly value: TypeSyntax }
);

export type ValueSyntax = { readonly offset: number } & (
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly values: readonly ValueSyntax[] }
  | { readonly kind: 'map'; readonly entries: readonly EntrySyntax[] }
);

export interface EntrySyntax {
  readonly key: ValueSyntax;
  readonly value: ValueSyntax;
}

export interface TypedefSyntax extends DefinitionSyntax {
  readonly type: TypeSyntax;
}

export interface ConstantSyntax extends DefinitionSyntax {
  readonly type: TypeSyntax;
  readonly value: ValueSyntax;
}

export interface EnumSyntax extends DefinitionSyntax {
  readonly members: readonly EnumMemberSyntax[];
}

export interface EnumMemberSyntax extends DefinitionSyntax {
  readonly value: bigint | undefined;
}

export interface StructSyntax extends DefinitionSyntax {
  readonly kind: 'struct' | 'union' | 'exception';
  readonly fields: readonly FieldSyntax[];
}

export interface FieldSyntax extends DefinitionSyntax {
  readonly id: bigint | undefined;
  readonly requiredness: Requiredness;
  readonly type: TypeSyntax;
  readonly defaultValue: ValueSyntax | undefined;
}

export interface ServiceSyntax extends DefinitionSyntax {
  readonly extends: NameSyntax | undefined;
  readonly methods: readonly MethodSyntax[];
}

export interface NameSyntax {
  readonly name: string;
  readonly offset: number;
}

export interface MethodSyntax extends DefinitionSyntax {
  readonly oneway: boolean;
  /** `undefined` for `void`. */
  readonly returns: TypeSyntax | undefined;
  readonly parameters: readonly FieldSyntax[];
  readonly exceptions: readonly FieldSyntax[];
}

/** A file that was read, with the files it includes. */
export interface LoadedFile {
  /** Path in the schema. */
  readonly path: string;
  readonly prefix: string;
  readonly document: DocumentSyntax;
  readonly includes: readonly LoadedFile[];
}
