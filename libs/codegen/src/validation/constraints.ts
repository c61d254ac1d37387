import type { FieldSchema } from '@nestjs-thrift/idl';

/** An annotation that cannot be parsed; the caller adds its position. */
export class AnnotationError extends Error {}

/** An annotation in a form that this validator does not have, though another may: it is left out with a warning. */
export class UnknownFormError extends AnnotationError {}

/** Names of the rules on one value, as they follow `vt.` in an annotation. */
export type RuleName =
  | 'const'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'in'
  | 'not_in'
  | 'min_size'
  | 'max_size'
  | 'min_rune_size'
  | 'max_rune_size'
  | 'pattern'
  | 'prefix'
  | 'suffix'
  | 'contains'
  | 'not_contains'
  | 'defined_only';

/** Functions that the value of an annotation can call, as in `@len($tags)`. */
export type FunctionName = 'len' | 'sprintf' | 'now_unix_nano' | 'equal' | 'mod' | 'add';

/** What a rule compares with: a constant, another field of the same struct, or a function of those. */
export type Expression =
  | { readonly kind: 'bool'; readonly value: boolean }
  /** In decimal, within 64 bits. */
  | { readonly kind: 'integer'; readonly value: string }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'field'; readonly field: FieldSchema }
  | {
      readonly kind: 'call';
      readonly name: FunctionName;
      readonly arguments: readonly Expression[];
    };

/** One rule; `in` and `not_in` have one operand or more, `defined_only` none, the others one. */
export interface Rule {
  readonly name: RuleName;
  readonly operands: readonly Expression[];
}

/** All that annotations demand of one value and of what it holds. */
export interface Constraints {
  /** Whether the field has to be there, though the IDL does not say `required`. */
  readonly notNil: boolean;
  /** Whether the content of the struct is not validated. */
  readonly skip: boolean;
  readonly rules: readonly Rule[];
  /** Of the elements of a list or set. */
  readonly element?: Constraints;
  /** Of the keys of a map. */
  readonly key?: Constraints;
  /** Of the values of a map. */
  readonly value?: Constraints;
}

/** All that annotations demand of a struct, union or exception. */
export interface StructConstraints {
  readonly fields: ReadonlyMap<FieldSchema, Constraints>;
  /** Calls that have to be true of the whole struct: `vt.assert`. */
  readonly assertions: readonly Expression[];
}
