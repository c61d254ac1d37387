import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { IdlError } from '../errors/idl.error.js';
import { loadSchemaFromText } from './load-schema.js';

const read = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/${name}.thrift`, import.meta.url)), 'utf8');

const includes = { 'common/base.thrift': read('common/base') };
const valid = [read('everything'), read('tolerated'), read('common/base')];
const words = [...new Set(valid.join(' ').match(/\w+|"[^"\n]*"|[^\w\s]/g))];

const OUTCOMES = ['loaded', 'refused'];

/** Loads a text; anything but a schema or an IdlError fails the test. */
function outcome(text: string): 'loaded' | 'refused' {
  try {
    loadSchemaFromText(text, { includes });
    return 'loaded';
  } catch (error) {
    if (error instanceof IdlError) {
      return 'refused';
    }
    throw error;
  }
}

describe('hostile input', () => {
  it('of any characters ends in a schema or an IdlError', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) =>
        expect(OUTCOMES).toContain(outcome(text)),
      ),
      {
        numRuns: 2000,
      },
    );
  });

  it('of the words of the language ends in a schema or an IdlError', () => {
    const soup = fc.array(fc.constantFrom(...words), { maxLength: 60 });
    const separator = fc.constantFrom(' ', '\n', '');
    fc.assert(
      fc.property(soup, separator, (parts, between) =>
        expect(OUTCOMES).toContain(outcome(parts.join(between))),
      ),
      { numRuns: 5000 },
    );
  });

  it('of damaged files ends in a schema or an IdlError', () => {
    const damage = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat({ max: 30 }),
      insert: fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 3 })),
    });
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(
        fc.constantFrom(...valid),
        fc.array(damage, { minLength: 1, maxLength: 4 }),
        (text, damages) => {
          const damaged = damages.reduce((before, { at, cut, insert }) => {
            const offset = Math.floor(at * before.length);
            return before.slice(0, offset) + insert + before.slice(offset + cut);
          }, text);
          outcomes.add(outcome(damaged));
        },
      ),
      { numRuns: 1500 },
    );
    expect([...outcomes].sort()).toEqual(['loaded', 'refused']);
  });

  it('of truncated files ends in a schema or an IdlError', () => {
    for (const text of valid) {
      for (let length = 0; length < text.length; length += 7) {
        expect(OUTCOMES).toContain(outcome(text.slice(0, length)));
      }
    }
  });

  it.each([
    ['types', `struct A { 1: ${'list<'.repeat(100_000)}`],
    ['lists', `const i32 A = ${'['.repeat(100_000)}`],
    ['maps', `const i32 A = ${'{1:'.repeat(100_000)}`],
    ['xsd attributes', `struct A { ${'1: i32 a xsd_attrs {'.repeat(100_000)}`],
  ])('of deeply nested %s is refused', (_, text) => {
    expect(() => loadSchemaFromText(text)).toThrow('nested more than 64 levels deep');
  });

  it.each([
    ['quotes without end', '"\\"\n'.repeat(200_000)],
    ['quotes of both kinds', `'"\n`.repeat(200_001)],
    ['comments without end', '/*'.repeat(500_000)],
    ['stars', `/**${'*'.repeat(1_000_000)} x */`],
    ['blanks', `/**${' '.repeat(1_000_000)}*/ x`],
    ['unknown characters', '\u0000\n'.repeat(500_000)],
    ['digits', `const i64 A = ${'1'.repeat(1_000_000)}`],
    ['dots', 'a.'.repeat(500_000)],
    ['backslashes', `const string A = "${'\\'.repeat(1_000_001)}`],
    ['definitions without end', 'struct '.repeat(200_000)],
    ['line breaks', '\n'.repeat(3_000_000)],
    ['braces', '{}'.repeat(500_000)],
  ])('of a megabyte of %s takes no more than a glance', (_, text) => {
    // The bound is jest's timeout: anything quadratic in a megabyte takes far longer.
    expect(OUTCOMES).toContain(outcome(text));
  });

  const chain = (count: number, line: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => line(index)).join('\n');

  it.each([
    ['typedefs', chain(64, (n) => `typedef map<T${n}, T${n}> T${n + 1}`)],
    ['lists', chain(64, (n) => `const list<list<i32>> C${n} = [C${n + 1}, C${n + 1}]`)],
  ])('of %s that double with every line is refused', (_, text) => {
    expect(outcome(`typedef i32 T0\n${text}`)).toBe('refused');
  });

  it('of typedefs that nest ever deeper is refused', () => {
    const text = `typedef i32 T0\n${chain(64, (n) => `typedef list<T${n}> T${n + 1}`)}`;
    expect(() => loadSchemaFromText(text)).toThrow('type nested more than 64 levels deep');
  });

  it('of constants that unfold without bound is refused', () => {
    const nested = (depth: number): string => `${'list<'.repeat(depth)}i32${'>'.repeat(depth)}`;
    const lines = chain(30, (n) => `const ${nested(n + 2)} C${n + 1} = [C${n}, C${n}]`);
    expect(() => loadSchemaFromText(`const list<i32> C0 = [1, 2]\n${lines}`)).toThrow(
      'types and constants unfold to more than 1000000 parts',
    );
  });

  it.each([
    ['typedefs', chain(5000, (n) => `typedef T${n + 1} T${n}`), 'i32 T5000'],
    ['constants', chain(5000, (n) => `const i32 C${n} = C${n + 1}`), 'i32 C5000 = 1'],
  ])('of endless chains of %s is refused', (what, text, last) => {
    expect(outcome(`${text}\n${what === 'typedefs' ? 'typedef' : 'const'} ${last}`)).toBe(
      'refused',
    );
  });

  it('of a service that extends a thousand others is taken', () => {
    const services = chain(1000, (n) => `service S${n} extends S${n + 1} {}`);
    expect(outcome(`${services}\nservice S1000 {}`)).toBe('loaded');
  });
});
