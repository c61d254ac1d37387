import { ThriftException } from '../index.js';
import { unaryMethod } from '#test/methods.js';
import { decode, encode } from '../../test/bytes.js';
import { compileCodecs } from './compile-codecs.js';
import * as t from './index.js';

function service() {
  const Leaf = t.struct<{ text: string }>('Leaf', () => ({ text: t.field(1, t.string) }));
  const Tree: t.Struct<{ leaves: unknown; trees: unknown }> = t.struct('Tree', () => ({
    leaves: t.field(1, t.map(t.string, t.list(Leaf))),
    trees: t.field(2, t.list(Tree)),
  }));
  const Trees = t.service('Trees', () => ({
    grow: { input: { leaf: t.field(1, Leaf) }, output: Tree },
    note: { kind: 'oneway', input: { leaf: t.field(1, Leaf) } },
  }));
  return { Leaf, Tree, ...Trees.methods, Trees } as const;
}

const METHODS = ['writeBinary', 'readBinary', 'writeCompact', 'readCompact'] as const;

/** The methods that have been made, because a made one takes the place of the one that makes it. */
function made(codec: object, before: object): string[] {
  return METHODS.filter((name) => Reflect.get(codec, name) !== Reflect.get(before, name));
}

it.each([
  ['client', ['writeBinary'], ['readBinary']],
  ['server', ['readBinary'], ['writeBinary']],
] as const)('makes what a %s needs of each struct it can meet', (side, args, result) => {
  const { Leaf, Tree, Trees } = service();
  const grow = unaryMethod(Trees, 'grow');
  const codecs = [grow.args, grow.result, Tree, Leaf];
  const before = codecs.map((codec) => Object.fromEntries(Object.entries(codec)));
  compileCodecs(Trees, side, ['binary']);
  expect(codecs.map((codec, index) => made(codec, before[index]!))).toEqual([
    args,
    result,
    result,
    METHODS.filter((name) => [...args, ...result].includes(name as never)),
  ]);
  const value = { leaves: { a: [{ text: 'x' }] }, trees: [] };
  expect(decode(Tree, 'Binary', encode(Tree, 'Binary', value))).toEqual(value);
});

it.each([
  ['client', 'readBinary'],
  ['server', 'writeBinary'],
] as const)('makes what a %s needs of the exceptions of a stream', (side, method) => {
  const Leaf = t.struct<{ text: string }>('Leaf', () => ({ text: t.field(1, t.string) }));
  const type = () => class Rotten extends ThriftException {};
  const Rotten = t.exception('Rotten', type, () => ({ leaf: t.field(1, Leaf) }));
  const Trees = t.service('Trees', () => ({
    fall: {
      kind: 'server',
      input: { leaf: t.field(1, Leaf) },
      output: Leaf,
      throws: { rotten: t.field(2, Rotten) },
    },
  }));
  const before = Object.fromEntries(Object.entries(Rotten));
  compileCodecs(Trees, side, ['binary']);
  expect(made(Rotten, before)).toEqual([method]);
});

it('leaves codecs alone that are not made on first use', () => {
  const { Trees } = service();
  const grow = unaryMethod(Trees, 'grow');
  const plain = { ...grow, args: { ...grow.args }, result: { ...grow.result } };
  expect(() =>
    compileCodecs({ name: 'Plain', methods: { plain } }, 'server', ['compact']),
  ).not.toThrow();
});
