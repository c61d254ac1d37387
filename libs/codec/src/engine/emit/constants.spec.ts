import type { Schema, TypeSchema } from '@nestjs-thrift/idl';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { emitConstant, emitDefaults, type ConstantContext } from './constants.js';

const schema: Schema = loadSchemaFromText(`
  enum Color { RED = 1 }
  struct Inner { 1: i32 number = 5, 2: optional string text }
  union Choice { 1: i32 number, 2: string text }
  exception Failure { 1: string message }
  struct All { 1: i64 long = 7, 2: Color color = Color.RED, 3: string none, 4: map<string, i32> __proto__ = {"a b": 1} }
  const Inner INNER = {}
  const Choice CHOICE = {"text": "t"}
  const Failure FAILURE = {"message": "m"}
  const map<Color, list<bool>> MAP = {1: [true]}
  const string TEXT = "it's \\"quoted\\"\\\\"
`);

const context = (changes: Partial<ConstantContext> = {}): ConstantContext => ({
  language: 'typescript',
  schema,
  i64: 'bigint',
  typeName: ({ name }) => name,
  exceptionClass: ({ name }) => name,
  ...changes,
});

const constant = (name: string, changes?: Partial<ConstantContext>) => {
  const file = schema.files[schema.root]!;
  const { value, type } = file.constants.find((each) => each.name === name)!;
  return emitConstant(value, type, context(changes));
};

it('writes numbers that have no literal of their own', () => {
  const type: TypeSchema = { kind: 'double' };
  const emitted = [-0, Infinity, -Infinity, NaN, 1e21].map((value) =>
    emitConstant({ kind: 'double', value }, type, context()),
  );
  expect(emitted).toEqual(['-0', 'Infinity', '-Infinity', 'NaN', '1e+21']);
});

it('writes i64 in the representation asked for', () => {
  const value = { kind: 'integer', value: '-9007199254740993' } as const;
  const emit = (i64: ConstantContext['i64']) =>
    emitConstant(value, { kind: 'i64' }, context({ i64 }));
  expect(emit('bigint')).toBe('-9007199254740993n');
  expect(emit('string')).toBe(`'-9007199254740993'`);
});

it('writes structs with all their fields, unions with one, exceptions as instances', () => {
  expect(constant('INNER')).toBe('{ number: 5, text: undefined }');
  expect(constant('CHOICE')).toBe(`{ text: 't' }`);
  expect(constant('FAILURE')).toBe(`new Failure({ message: 'm' })`);
});

it('writes types only in TypeScript', () => {
  expect(constant('MAP')).toBe(
    'new Map<Color, Array<boolean>>([[(1 as number as Color), [true]]])',
  );
  expect(constant('MAP', { language: 'javascript' })).toBe('new Map([[1, [true]]])');
});

it('escapes text', () => {
  expect(constant('TEXT')).toBe(String.raw`'it\'s "quoted"\\'`);
});

it('writes the defaults of a struct, names that mean something else to JavaScript included', () => {
  const struct = schema.files[schema.root]!.structs.find(({ name }) => name === 'All')!;
  expect(emitDefaults(struct, context())).toBe(
    `{ long: 7n, color: (1 as number as Color), ['__proto__']: { 'a b': 1 } }`,
  );
});
