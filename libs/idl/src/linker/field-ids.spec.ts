import { loadSchemaFromText } from '../loader/load-schema.js';
import type { ImplicitFieldIds } from './field-ids.js';

const MIXED = 'struct A { bool a, bool b, 5: bool c, bool d, -7: bool e, bool f }';

function idsOf(text: string, implicitFieldIds?: ImplicitFieldIds): number[] {
  const { files } = loadSchemaFromText(text, implicitFieldIds && { implicitFieldIds });
  const { structs, services } = files['main.thrift']!;
  const methods = services.flatMap((service) => service.methods);
  return [
    ...structs.flatMap((struct) => struct.fields),
    ...methods.flatMap(({ parameters, exceptions }) => [...parameters, ...exceptions]),
  ].map(({ id }) => id);
}

describe('fields without an id', () => {
  it('are rejected, as compilers number them differently', () => {
    expect(() => idsOf('service S { i32 add(i32 x, 2: i32 y) }')).toThrow(
      'main.thrift:1:25: "x" of "add" has no id; Apache Thrift would number it down from -1, Kitex up from 1: write the ' +
        'id that your peers use, or set implicitFieldIds (--implicit-field-ids) to "apache" or "kitex"\n' +
        '  service S { i32 add(i32 x, 2: i32 y) }\n                          ^',
    );
  });

  it.each([
    ['struct A { bool a }'],
    ['union A { bool a }'],
    ['exception A { bool a }'],
    ['exception E {} service S { void f() throws (E e) }'],
  ])('are rejected in %s', (text) => {
    expect(() => idsOf(text)).toThrow(/has no id/);
  });

  it('count down from -1 as with the Apache compiler', () => {
    expect(idsOf(MIXED, 'apache')).toEqual([-1, -2, 5, -3, -7, -8]);
  });

  it('count up from the field before as with thriftgo', () => {
    expect(idsOf(MIXED, 'kitex')).toEqual([1, 2, 5, 6, -7, -6]);
  });

  it.each([
    ['apache', [-1, -2, -1]],
    ['kitex', [1, 2, 1]],
  ] as const)('start afresh in parameters and throws clauses for %s', (compiler, ids) => {
    const text = 'exception E {} service S { void f(bool a, bool b) throws (E e) }';
    expect(idsOf(text, compiler)).toEqual(ids);
  });

  it('must not meet an id that is written', () => {
    expect(() => idsOf('struct A { 2: bool a, 1: bool b, bool c }', 'kitex')).toThrow(
      'struct "A" has id 2 twice: "a" and "c"',
    );
  });
});
