import { compileSchema } from '@nestjs-thrift/codec/compiler';
import type { StructCodec } from '@nestjs-thrift/codec';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { decode, encode, PROTOCOLS } from '../../../test/support/codecs.js';
import { generated } from '../../../test/support/generate.js';
import { typeChecker } from '../../../test/support/type-check.js';
import { GeneratedFolder } from '#test/generated-folder.js';

type Module = Record<string, unknown>;

const IDL = `
enum E { A = 1 }
exception Failure { 1: required string reason, 2: i32 code = 5 }
struct Inner { 1: required i32 x = 7, 2: optional string s, 3: string t = "t" }
struct Zeros {
  1: required bool b, 2: required i8 i, 3: required i64 l, 4: required double d, 5: required string s,
  6: required binary n, 7: required uuid u, 8: required E e, 9: required list<i32> li, 10: required set<i32> se,
  11: required map<string, i32> m, 12: required map<i64, i32> mi, 13: required Inner inner, 14: optional i32 o
  15: required Failure f
}
struct Outer { 1: Zeros zeros = {"i": 3}, 2: Inner inner = {"s": "x"} }
const Zeros ZEROS = {}
const list<Inner> INNERS = [{}, {"x": 1}]
union Odd { 1: string constructor, 2: i32 toString, 3: i64 valueOf, 4: string hasOwnProperty, 5: bool __proto__, 6: i32 plain }
const Odd ODD = {"plain": 1}
const Odd BUILT = {"constructor": "c"}
service Base { i32 then(1: i32 x), void then_() }
service Derived extends Base { i64 then(1: i64 x) }
struct Holder { 1: Odd odd = {"toString": 2}, 2: list<Odd> odds }
`;

const INNER = { x: 7, s: undefined, t: 't' };
const ZEROS = {
  b: false,
  i: 0,
  l: 0n,
  d: 0,
  s: '',
  n: Buffer.alloc(0),
  u: '00000000-0000-0000-0000-000000000000',
  e: 0,
  li: [],
  se: [],
  m: {},
  mi: new Map(),
  inner: INNER,
  o: undefined,
  f: expect.objectContaining({ reason: '', code: 5 }) as unknown,
};

describe.each(['lazy', 'static'] as const)('struct literals with %s codecs', (codecs) => {
  const schema = loadSchemaFromText(IDL, { file: 'literals.thrift' });
  const files = generated(schema, 'bigint', codecs);
  const folder = new GeneratedFolder();
  let module: Module;

  beforeAll(async () => {
    folder.write(files);
    module = await folder.import<Module>('literals.ts');
  });

  afterAll(() => folder.remove());

  it('compile', () => {
    folder.write([
      {
        path: 'use.ts',
        text: [
          "import type { DerivedClient, DerivedController, Odd } from './literals.js';",
          'export async function call(client: DerivedClient): Promise<bigint> {',
          '  await (await Promise.resolve(client)).then__();',
          '  return client.then_(1n);',
          '}',
          'export type Served = DerivedController["then_"];',
          'export const plain: Odd = { plain: 1 };',
          "export const built: Odd = { constructor: 'c' };",
          'export function read(odd: Odd): number | undefined { return odd.plain; }',
          '',
        ].join('\n'),
      },
    ]);
    const paths = [...files.map(({ path }) => path), 'use.ts'];

    expect(typeChecker(folder.path, paths)(paths)).toEqual([]);
  });

  it('have defaults and zero values for the required fields that are left out', () => {
    expect(module['ZEROS']).toEqual(ZEROS);
    expect(module['INNERS']).toEqual([INNER, { ...INNER, x: 1 }]);
    const { create } = module['OuterSchema'] as { create: (init?: object) => object };
    expect(create.call(module['OuterSchema'], {})).toEqual({
      zeros: { ...ZEROS, i: 3 },
      inner: { ...INNER, s: 'x' },
    });
  });

  it('are the same at run time', () => {
    const compiled = compileSchema(schema);
    expect(compiled.constant('ZEROS')).toEqual(ZEROS);
    expect(compiled.constant('ODD')).toEqual({ plain: 1 });
    expect(Object.keys(compiled.constant('BUILT') as object)).toEqual(['constructor']);
  });

  it.each(PROTOCOLS)('carry unions with members named like those of Object, in %s', (protocol) => {
    const codec = module['OddSchema'] as StructCodec;
    const values: object[] = [
      { constructor: 'c' },
      { toString: 2 },
      { valueOf: 3n },
      { hasOwnProperty: 'h' },
      { ['__proto__']: true },
      { plain: 1 },
    ];
    for (const value of values) {
      const read = decode(codec, encode(codec, value, protocol), protocol);
      expect(Object.entries(read as object)).toEqual(Object.entries(value));
    }
  });
});
