import type { FieldShape, Kind, ShapeOf, StructShape } from '../../definition/shape.js';
import type { EmitScope } from './emit-scope.js';
import type { LeastSizes } from './least-size.js';

/** Kinds that are neither text, nor bytes, nor made of other types. */
export type ScalarKind = Exclude<
  Kind,
  'string' | 'binary' | 'struct' | 'union' | 'exception' | 'list' | 'set' | 'map'
>;

/** A type of one of these kinds. */
export type ScalarShape = ShapeOf<ScalarKind>;

/** A field with what the wire has to know about the fields before it. */
export interface FieldPlace {
  readonly field: FieldShape;
  /** Ids of which one was written last when this field's turn comes; 0 for none. */
  readonly previousIds: readonly number[];
}

/** How one protocol looks in emitted code; everything the two have in common is emitted without asking it. */
export interface WireEmitter extends LeastSizes {
  readonly name: 'Binary' | 'Compact';
  /** Wire type of each kind. */
  readonly types: Readonly<Record<Kind, number>>;
  /** Most bytes of each kind that are not counted when it is written: scalars, and what precedes elements. */
  readonly reserved: Readonly<Record<Kind, number>>;
  /** Most bytes of a field header. */
  readonly headerSize: number;
  /** The variable that writers store through; out of date after the buffer grew. */
  readonly storage: 'bytes' | 'view';
  /** Whether what precedes the entries of a map has one size, so that it can be written once they are counted. */
  readonly countsAfterwards: boolean;

  /** Statements that write the header of a field, and the value if it is a bool and the header carries it. */
  writeHeader(scope: EmitScope, place: FieldPlace, value: string): void;
  /** Whether {@link writeHeader} has written the value too. */
  headerHolds(kind: Kind): boolean;
  /** Statements that write a scalar whose type and range have been checked, but for i64 and uuid. */
  writeScalar(scope: EmitScope, type: ScalarShape, value: string, path: string): void;

  /** Statements at the start of a reader, before its loop. */
  declareReader(scope: EmitScope, struct: StructShape): void;
  /** Statements that read a field header, leaving the loop at the stop byte. */
  readHeader(scope: EmitScope): void;
  /** Expression to tell fields apart, once the header has been read. */
  readonly fieldKey: (scope: EmitScope) => string;
  /** The values of {@link fieldKey} for a field, each with the value that the header alone tells. */
  fieldCases(field: FieldShape): readonly { readonly key: string; readonly value?: string }[];
  /** Statements at the start of each case and of the default one. */
  enterField(scope: EmitScope): void;
  /** Expression of the id of the field that has been entered, 0 to 65,535. */
  fieldId(scope: EmitScope): string;
  /** Statement that skips an unknown field; `depth` is what remains inside this struct. */
  skipField(scope: EmitScope, depth: string): void;
  /** Statements that read a scalar; returns the expression of its value, to be used at once. */
  readScalar(scope: EmitScope, type: ScalarShape): string;
  /** Statements after the value of {@link readScalar} has been used. */
  afterScalar(scope: EmitScope, kind: ScalarKind): void;
  /** Statements that read a length into the constant `name`, with `p` left at the first byte. */
  readLength(scope: EmitScope, name: string): void;
  /** Statements that read the count of a list or set into the constant `name`; elements have at least `minimum` bytes. */
  readListCount(scope: EmitScope, name: string, element: Kind, minimum: number): void;
  /** Statements that read the count of a map into the constant `name`; entries have at least `minimum` bytes. */
  readMapCount(scope: EmitScope, name: string, key: Kind, value: Kind, minimum: number): void;
}
