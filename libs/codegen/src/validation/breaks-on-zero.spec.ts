import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { breaksOnZero } from './breaks-on-zero.js';
import { readConstraints } from './read-constraints.js';

function breaks(field: string): boolean {
  const schema = loadSchemaFromText(`struct S { 1: ${field}, 2: i32 other }`);
  const [[struct, { fields }] = fail()] = readConstraints(schema);
  const [first = fail()] = struct.fields;
  return breaksOnZero((fields.get(first) ?? fail()).rules, first.type);
}

function fail(): never {
  throw new Error('the struct has a field with rules');
}

describe('breaksOnZero', () => {
  it.each([
    'i32 a (vt.gt = "0")',
    'i32 a (vt.ge = "1")',
    'i32 a (vt.lt = "0")',
    'i64 a (vt.le = "-1")',
    'double a (vt.const = "0.5")',
    'bool a (vt.const = "true")',
    'i32 a (vt.in = "1", vt.in = "2")',
    'i32 a (vt.not_in = "1", vt.not_in = "0")',
    'string a (vt.min_size = "1")',
    'string a (vt.min_rune_size = "1")',
    'string a (vt.pattern = ".")',
    'string a (vt.prefix = "x")',
    'string a (vt.suffix = "x")',
    'binary a (vt.contains = "x")',
    'string a (vt.not_contains = "")',
    'list<i32> a (vt.min_size = "1")',
  ])('is true of %s', (field) => {
    expect(breaks(field)).toBe(true);
  });

  it.each([
    'i32 a (vt.gt = "-1", vt.ge = "0", vt.lt = "1", vt.le = "0", vt.const = "0")',
    'i32 a (vt.in = "0", vt.not_in = "1")',
    'bool a (vt.const = "false")',
    'string a (vt.max_size = "0", vt.pattern = "^$", vt.not_contains = "x", vt.in = "")',
    'i32 a (vt.gt = "$other")',
    'uuid a (vt.const = "x")',
  ])('is false of %s', (field) => {
    expect(breaks(field)).toBe(false);
  });
});
