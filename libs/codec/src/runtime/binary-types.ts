import type { Kind } from '../definition/shape.js';

/** Wire types of the Binary protocol. */
export const BINARY_TYPES: Readonly<Record<Kind, number>> = {
  bool: 2,
  i8: 3,
  double: 4,
  i16: 6,
  i32: 8,
  enum: 8,
  i64: 10,
  string: 11,
  binary: 11,
  struct: 12,
  union: 12,
  exception: 12,
  map: 13,
  set: 14,
  list: 15,
  uuid: 16,
};

/** Fewest bytes a value takes in Binary; what bounds the count of a container. */
export const BINARY_MINIMUM: Readonly<Record<Kind, number>> = {
  bool: 1,
  i8: 1,
  double: 8,
  i16: 2,
  i32: 4,
  enum: 4,
  i64: 8,
  string: 4,
  binary: 4,
  struct: 1,
  union: 1,
  exception: 1,
  map: 6,
  set: 5,
  list: 5,
  uuid: 16,
};
