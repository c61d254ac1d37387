import { loadSchemaFromText } from '../loader/load-schema.js';

const load = (text: string) => (): unknown => loadSchemaFromText(text);

describe('literals of structs', () => {
  it.each([
    ['struct A { 1: A a = {} }', '1:17: "A.a" has a value that never ends: A.a -> A.a'],
    ['struct A { 1: optional A a = {} }', 'A.a -> A.a'],
    ['struct A { 1: list<A> a = [{}] }', 'A.a -> A.a'],
    ['struct A { 1: map<i32, A> a = {1: {}} }', 'A.a -> A.a'],
    ['exception A { 1: A a = {} }', 'A.a -> A.a'],
    ['struct A { 1: B b = {} } struct B { 1: A a = {} }', 'A.b -> B.a -> A.b'],
    ['struct A { 1: A a = {"a": {}} }', 'A.a -> A.a'],
    ['struct A { 1: i32 i, 2: A a = X } const A X = {"i": 1}', 'A.a -> A.a'],
    ['struct A { 1: required A a } const A X = {}', '1:38: "X" has a value that never ends'],
    [
      'struct A { 1: A a = {} } service S { void f(1: A x = {}) }',
      '"A.a" has a value that never ends',
    ],
  ])('are rejected where they never end: %s', (text, message) => {
    expect(load(text)).toThrow(message);
  });

  it.each([
    ['struct A { 1: list<A> a = [], 2: optional A b, 3: map<i32, A> c = {} }'],
    ['struct A { 1: optional A a } const A X = {"a": {"a": {}}}'],
    ['struct A { 1: required A a }'],
    ['struct A { 1: B b = {} } struct B { 1: optional A a }'],
    ['union U { 1: U u, 2: i32 i = 5 } const U X = {"u": {"i": 1}}'],
    ['struct A { 1: i32 i = 1 } struct B { 1: A a = {}, 2: A b = {}, 3: list<A> l = [{}, {}] }'],
  ])('are accepted where they end: %s', (text) => {
    expect(load(text)).not.toThrow();
  });

  it('are rejected where a required union has no value', () => {
    const text = 'union U { 1: i32 i } struct A { 1: required U u } const A X = {}';
    expect(load(text)).toThrow(
      '"X" leaves out the required field "A.u", and a union has no zero value',
    );
    expect(load('union U { 1: i32 i } const U X = {}')).toThrow('union "U" needs one field');
  });

  it('may not double without end', () => {
    const structs = Array.from(
      { length: 40 },
      (_, index) => `struct S${index} { 1: S${index + 1} a = {}, 2: S${index + 1} b = {} }`,
    );
    expect(load(`${structs.join('\n')}\nstruct S40 {}`)).toThrow('unfold to more than 1000000');
  });

  it('may not be nested without end', () => {
    const structs = Array.from(
      { length: 50_000 },
      (_, index) => `struct S${index} { 1: S${index + 1} a = {} }`,
    );
    expect(load(`${structs.join('\n')}\nstruct S50000 {}`)).toThrow(
      '"S0.a" has a value of more than 128 levels',
    );
  });
});

describe('constants with equal keys', () => {
  const valueOf = (text: string) =>
    loadSchemaFromText(text).files['main.thrift']?.constants[0]?.value;

  it('keep the last entry of each key', () => {
    expect(valueOf('const map<string, i32> M = {"a": 1, "b": 2, "a": 3}')).toEqual({
      kind: 'map',
      entries: [
        { key: { kind: 'string', value: 'a' }, value: { kind: 'integer', value: '3' } },
        { key: { kind: 'string', value: 'b' }, value: { kind: 'integer', value: '2' } },
      ],
    });
  });

  it('compare enum members by number and structs by value', () => {
    const text = 'const map<E, i32> M = {E.A: 1, 1: 2} enum E { A = 1 }';
    expect(valueOf(text)).toMatchObject({ entries: [{ value: { value: '2' } }] });
    const structs =
      'const set<S> M = [{"member": "a"}, {"member": "b"}, {"member": "a"}] struct S { 1: string member }';
    expect(valueOf(structs)).toMatchObject({ values: [{}, {}] });
  });
});
