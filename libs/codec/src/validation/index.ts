/** What generated validators are made of: see the guide on validation. */
export {
  binary,
  bool,
  double,
  i8,
  i16,
  i32,
  i64,
  i64Number,
  i64String,
  string,
  uuid,
} from './base-types.js';
export { list, map, record, set } from './containers.js';
export { add, equal, integer, lengthOf, mod, nowUnixNano, sprintf } from './expressions.js';
export { defined, equals, ge, gt, le, lt, noneOf, oneOf } from './rules.js';
export { defaulted, optional, required, struct, union, untouched } from './structs.js';
export {
  contains,
  lacks,
  maxRunes,
  maxSize,
  minRunes,
  minSize,
  pattern,
  prefix,
  suffix,
} from './text-rules.js';

export type { Check, Fields, Operand, Rule } from './validation-run.js';
export type { Assertion, FieldCheck, ThriftSchema } from './structs.js';
export type { ValidationRun } from './validation-run.js';
