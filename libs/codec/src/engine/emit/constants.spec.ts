import * as t from '../../descriptor/index.js';
import { emitConstant, type ConstantContext } from './constants.js';

const context = (language: ConstantContext['language'] = 'typescript'): ConstantContext => ({
  language,
  typeName: ({ name }) => name,
  exceptionClass: ({ name }) => name,
});

const Color = t.enumeration('Color', { RED: 1 });
const Inner = t.struct('Inner', () => ({
  number: t.field(1, t.i32, { default: 5 }),
  text: t.optional(2, t.string),
}));
const Choice = t.union('Choice', () => ({
  number: t.optional(1, t.i32),
  text: t.optional(2, t.string),
}));
class Failure extends t.ThriftException {}
const FailureSchema = t.exception(
  'Failure',
  () => Failure,
  () => ({ message: t.field(1, t.string) }),
);

it('writes numbers that have no literal of their own', () => {
  const emitted = [-0, Infinity, -Infinity, NaN, 1e21].map((value) =>
    emitConstant(value, t.double, context()),
  );
  expect(emitted).toEqual(['-0', 'Infinity', '-Infinity', 'NaN', '1e+21']);
});

it('writes i64 in each representation', () => {
  expect(emitConstant(-9007199254740993n, t.i64, context())).toBe('-9007199254740993n');
  expect(emitConstant('-9007199254740993', t.i64Text, context())).toBe(`'-9007199254740993'`);
  expect(emitConstant(5, t.i64Number, context())).toBe('5');
});

it('writes structs with all their fields, unions with one, exceptions as instances', () => {
  expect(emitConstant({ number: 5 }, Inner, context())).toBe('{ number: 5, text: undefined }');
  expect(emitConstant({ text: 't' }, Choice, context())).toBe(`{ text: 't' }`);
  const failure = Object.assign(new Failure('m'), { message: 'm' });
  expect(emitConstant(failure, FailureSchema, context())).toBe(`new Failure({ message: 'm' })`);
});

it('writes types only in TypeScript', () => {
  const type = t.map(Color, t.list(t.bool));
  const value = new Map([[1, [true]]]);
  expect(emitConstant(value, type, context())).toBe(
    'new Map<Color, Array<boolean>>([[(1 as number as Color), [true]]])',
  );
  expect(emitConstant(value, type, context('javascript'))).toBe('new Map([[1, [true]]])');
});

it('escapes text', () => {
  expect(emitConstant(`it's "quoted"\\`, t.string, context())).toBe(String.raw`'it\'s "quoted"\\'`);
});

it('writes bytes that are not text as base64', () => {
  expect(emitConstant(Buffer.from('a'), t.binary, context())).toBe(`Buffer.from('a')`);
  expect(emitConstant(Buffer.from([255]), t.binary, context())).toBe(
    `Buffer.from('/w==', 'base64')`,
  );
});

it('writes keys that mean something else to JavaScript', () => {
  const value = { ...JSON.parse('{"__proto__": 2}'), 'a b': 1 } as object;
  expect(emitConstant(value, t.map(t.string, t.i32), context())).toBe(
    `{ ['__proto__']: 2, 'a b': 1 }`,
  );
});
