import type { CodecOptions } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { generateJsonSchemas } from './generate-json-schemas.js';
import type { JsonSchema } from './json-schema.js';

function documents(
  idl: string,
  includes: Record<string, string> = {},
  i64: CodecOptions['i64'] = 'bigint',
): JsonSchema[] {
  const schema = loadSchemaFromText(idl, { file: 'main.thrift', includes });
  return generateJsonSchemas(schema, { i64 }).map(({ text }) => JSON.parse(text) as JsonSchema);
}

function definition(idl: string, name: string, i64?: CodecOptions['i64']): JsonSchema | undefined {
  return documents(idl, {}, i64).at(-1)?.$defs?.[name];
}

function field(written: string, i64?: CodecOptions['i64']): JsonSchema | undefined {
  const idl = `enum E { A = 1, B = 2 }\nstruct P { 1: i64 n, 2: i32 m }\nstruct S { 1: optional ${written} }`;
  return definition(idl, 'S', i64)?.properties?.f;
}

describe('generateJsonSchemas', () => {
  it('gives a document for each file, which holds what it needs of others', () => {
    const [shared, main] = documents('include "shared/a.thrift"\nstruct S { 1: a.T t }', {
      'shared/a.thrift': 'struct T { 1: E e }\nstruct U {}\nenum E { A }',
    });

    expect(Object.keys(shared?.$defs ?? {}).sort()).toEqual(['E', 'T', 'U']);
    expect(Object.keys(main?.$defs ?? {}).sort()).toEqual(['S', 'shared/a.E', 'shared/a.T']);
    expect(main?.$defs?.S?.properties?.t).toEqual({ $ref: '#/$defs/shared~1a.T' });
  });

  it('carries comments and deprecation', () => {
    const idl = '/** A state. */\nenum E {\n/** On. */\nON = 1 (deprecated)\n}';

    expect(definition(idl, 'E')).toEqual({
      description: 'A state.',
      type: 'integer',
      oneOf: [{ const: 1, title: 'ON', description: 'On.', deprecated: true }],
    });
  });

  it('lets nothing be a member of an empty enum', () => {
    expect(definition('enum E {}', 'E')).toEqual({ type: 'integer', not: {} });
  });

  it('requires required fields that have no default', () => {
    const idl = 'struct S { 1: required i32 a, 2: required i32 b = 1, 3: i32 c }';

    expect(definition(idl, 'S')).toMatchObject({ required: ['a'], additionalProperties: false });
  });

  it.each<[written: string, i64: CodecOptions['i64'], value: unknown]>([
    ['i64 f = 9007199254740993', 'bigint', '9007199254740993'],
    ['i64 f = 5', 'string', '5'],
    ['i64 f = 5', 'number', 5],
    ['E f = E.B', 'bigint', 2],
    ['bool f = true', 'bigint', true],
    ['double f = 0.5', 'bigint', 0.5],
    ['string f = "x"', 'bigint', 'x'],
    ['binary f = "PK"', 'bigint', 'UEs='],
    ['list<i64> f = [1, 2]', 'bigint', ['1', '2']],
    ['map<string, list<i64>> f = {"a": [1]}', 'bigint', { a: ['1'] }],
    ['map<i64, i64> f = {1: 2}', 'number', { 1: 2 }],
    ['map<list<i32>, i64> f = {[1]: 2}', 'bigint', [[[1], '2']]],
    ['P f = {"n": 1, "m": 2}', 'bigint', { n: '1', m: 2 }],
  ])('gives the default of %s, with i64 as %s', (written, i64, value) => {
    expect(field(written, i64)?.default).toEqual(value);
  });

  it('describes maps by what their keys are in JSON', () => {
    expect(field('map<bool, i8> f')?.propertyNames).toEqual({ enum: ['true', 'false'] });
    expect(field('map<E, i8> f')?.propertyNames).toEqual({ enum: ['1', '2'] });
    expect(field('map<double, i8> f')?.propertyNames).toEqual({});
    expect(field('map<list<i8>, i8> f (vt.min_size = "1", vt.max_size = "2")')).toMatchObject({
      type: 'array',
      items: { prefixItems: [{ type: 'array' }, { type: 'integer' }], items: false, minItems: 2 },
      minItems: 1,
      maxItems: 2,
    });
  });

  it('names in a comment what it cannot say', () => {
    expect(field('i64 f (vt.gt = "0", vt.lt = "@add($f, 1.5)")')?.$comment).toBe(
      'also: vt.gt = 0, vt.lt = @add($f, 1.5)',
    );
    expect(field('i64 f (vt.gt = "0")', 'number')).toMatchObject({ exclusiveMinimum: 0 });
    expect(field('map<i32, i8> f (vt.key.gt = "0")')?.propertyNames?.$comment).toBe(
      'also: vt.gt = 0',
    );
  });

  it('keeps several rules of one kind', () => {
    expect(field('string f (vt.pattern = "a", vt.pattern = "b", vt.prefix = "c")')).toEqual({
      type: 'string',
      pattern: '^c',
      allOf: [{ pattern: 'a' }, { pattern: 'b' }],
    });
  });
});
