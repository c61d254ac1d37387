import type { ExceptionClass, StructCodec } from '../definition/service-definition.js';
import type { FieldShape, MismatchedFields, StructShape } from '../definition/shape.js';
import { makeMethod, type Engine } from '../engine/engine.js';
import { LazyCodec } from '../engine/lazy-codec.js';
import { creator } from './creator.js';

/** What a value can be made from: every field, and at least those that are required and have no default. */
export type Init<T, Required extends keyof T> = Partial<T> & Pick<T, Required>;

/** Arguments of {@link Struct.create}: none are needed where every field may be left out. */
export type InitArguments<T, Required extends keyof T> = [Required] extends [never]
  ? [init?: Partial<T>]
  : [init: Init<T, Required>];

/** What a {@link Struct} is made from. */
export interface StructSource {
  readonly kind: StructShape['kind'];
  /** Name in the IDL. */
  readonly name: string;
  /** Makes the fields when they are needed: structs may refer to each other in circles. */
  readonly fields: () => readonly FieldShape[];
  /** The class of an exception. */
  readonly exceptionClass?: () => ExceptionClass;
  /** What reading does with fields of another type on the wire. Default: `skip`. */
  readonly mismatchedFields?: MismatchedFields;
  /** Gives a codec from a file; without one, codecs are made when they are used first. */
  readonly codec?: () => StructCodec;
  /** What makes codecs. Default: the fastest that the process allows. */
  readonly engine?: Engine;
}

/**
 * A struct, union or exception of the IDL: its codec, the function that makes values, and its fields for tools that
 * ask. Codecs and fields are made when they are used first.
 *
 * @typeParam T the type of its values.
 * @typeParam Required the fields that {@link Struct.create} must be given.
 */
export class Struct<T = unknown, Required extends keyof T = never>
  extends LazyCodec<T>
  implements StructShape<T>
{
  readonly kind: StructShape['kind'];
  readonly exceptionClass?: () => ExceptionClass;
  readonly mismatchedFields: MismatchedFields;
  #makeFields: () => readonly FieldShape[];
  #fields: readonly FieldShape[] | undefined;

  constructor(source: StructSource) {
    const { engine = makeMethod, codec } = source;
    super(source.name, (method) => (codec === undefined ? engine(this, method) : codec()[method]));
    this.kind = source.kind;
    this.mismatchedFields = source.mismatchedFields ?? 'skip';
    this.#makeFields = source.fields;
    if (source.exceptionClass !== undefined) {
      this.exceptionClass = source.exceptionClass;
    }
  }

  get fields(): readonly FieldShape[] {
    this.#fields ??= this.#makeFields();
    return this.#fields;
  }

  /**
   * A value with the fields of `init`, and the defaults of the IDL where `init` has nothing. All values of a struct have
   * the same properties in the same order, absent ones as `undefined`.
   *
   * @example
   * const user = UserSchema.create({ id: 1n, name: 'Ada' });
   */
  create(...init: InitArguments<T, Required>): T {
    const create = creator(this) as (...given: InitArguments<T, Required>) => T;
    this.create = create;
    return create(...init);
  }
}
