import type { Kind } from '../definition/shape.js';

/** Wire types of the Compact protocol. A bool is 1 or, as the value false of a field, 2. */
export const COMPACT_TYPES: Readonly<Record<Kind, number>> = {
  bool: 1,
  i8: 3,
  i16: 4,
  i32: 5,
  enum: 5,
  i64: 6,
  double: 7,
  string: 8,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
  union: 12,
  exception: 12,
  uuid: 13,
};

/** Wire type of a bool field that is false. */
export const COMPACT_FALSE = 2;

/** Fewest bytes a value takes in Compact; what bounds the count of a container. */
export const COMPACT_MINIMUM: Readonly<Record<Kind, number>> = {
  bool: 1,
  i8: 1,
  i16: 1,
  i32: 1,
  enum: 1,
  i64: 1,
  double: 8,
  string: 1,
  binary: 1,
  list: 1,
  set: 1,
  map: 1,
  struct: 1,
  union: 1,
  exception: 1,
  uuid: 16,
};
