import { compileSchema, type StructShape } from '@nestjs-thrift/codec/compiler';
import { parseJson, stringifyJson, valueFromJson } from '@nestjs-thrift/codec/json';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { FieldPaths } from './field-paths.js';
import { REDACTED, redacted, withPlaceholders } from './redacted.js';

const compiled = compileSchema(
  loadSchemaFromText(`
enum Kind { SMALL = 3 }
struct Inner { 1: string text }
struct Value {
  1: bool flag, 2: i8 tiny, 3: i32 medium, 4: i64 large, 5: double real, 6: binary bytes, 7: Kind kind, 8: list<i32> numbers,
  9: map<string, i32> counts, 10: map<i32, Inner> inners, 11: Inner inner, 12: uuid id, 13: string text
}`),
);
const shape = compiled.struct('Value') as StructShape;

describe('redacted', () => {
  it('replaces values below lists, maps and structs', () => {
    const json = { users: [{ token: 'a', name: 'b' }], pairs: [[1, { token: 'c' }]] };
    expect(redacted(json, 'args', new FieldPaths(['token']))).toEqual({
      users: [{ token: REDACTED, name: 'b' }],
      pairs: [[1, { token: REDACTED }]],
    });
  });
});

describe('withPlaceholders', () => {
  it('makes JSON of every type that fits the IDL', () => {
    const names = shape.fields.map(({ name }) => name);
    const all = Object.fromEntries(names.map((name) => [name, REDACTED]));
    const json = withPlaceholders(parseJson(stringifyJson(all)), shape);

    expect(valueFromJson(json, shape)).toMatchObject({ text: REDACTED, medium: 0, kind: 3 });
  });

  it('goes into maps and structs, and leaves the rest as it is', () => {
    const json = parseJson(
      `{"inners": {"1": {"text": "${REDACTED}"}}, "counts": {"a": "${REDACTED}", "b": 2}}`,
    );

    expect(stringifyJson(withPlaceholders(json, shape))).toBe(
      `{"inners":{"1":{"text":"${REDACTED}"}},"counts":{"a":0,"b":2}}`,
    );
  });
});
