import type { TypeSchema } from '@nestjs-thrift/idl';

const NUMBER = ['const', 'lt', 'le', 'gt', 'ge', 'in', 'not_in', 'not_nil'];
const SIZES = ['min_size', 'max_size', 'min_rune_size', 'max_rune_size'];
const PARTS = ['pattern', 'prefix', 'suffix', 'contains', 'not_contains'];
const BYTES = ['const', 'in', 'not_in', 'not_nil', ...SIZES, ...PARTS];
const SEQUENCE = ['min_size', 'max_size', 'elem'];

/** Everything that can follow `vt.`, on whatever value. */
export function isKnownRule(name: string): boolean {
  return name === 'assert' || Object.values(RULES_BY_KIND).some((rules) => rules.includes(name));
}

/** What can follow `vt.` on a value of each type; Kitex's validator has the same table, without `uuid`. */
export const RULES_BY_KIND: Readonly<Record<TypeSchema['kind'], readonly string[]>> = {
  bool: ['const', 'not_nil'],
  i8: NUMBER,
  i16: NUMBER,
  i32: NUMBER,
  i64: NUMBER,
  double: NUMBER,
  string: BYTES,
  binary: BYTES,
  uuid: ['const', 'in', 'not_in', 'not_nil'],
  enum: ['const', 'in', 'not_in', 'defined_only', 'not_nil'],
  struct: ['skip', 'not_nil'],
  list: SEQUENCE,
  set: SEQUENCE,
  map: ['min_size', 'max_size', 'no_sparse', 'key', 'value'],
};
