import fc from 'fast-check';
import { type Json, JsonNumber, JsonObject, parseJson } from './parse-json.js';
import { plainJson } from '../../test/plain-json.js';

/** Those that JSON is made of, and one that it does not take. */
const CHARACTERS = '{}[]",:0123-+.eEtrufalsn\\ \n\u0001'.split('');

describe('parseJson', () => {
  it('keeps every digit of a number', () => {
    const json = parseJson('{"id": 9007199254740993, "ratio": -1.50e+3}') as JsonObject<Json>;
    expect(json.get('id')).toEqual(new JsonNumber('9007199254740993'));
    expect(json.get('ratio')).toEqual(new JsonNumber('-1.50e+3'));
  });

  it('gives what JSON.parse gives otherwise, spaced or not', () => {
    fc.assert(
      fc.property(fc.json(), fc.integer({ min: 0, max: 3 }), (text, indent) => {
        const expected: unknown = JSON.parse(text);
        expect(plainJson(parseJson(JSON.stringify(expected, null, indent)))).toEqual(expected);
      }),
    );
  });

  it('rejects what JSON.parse rejects, and accepts nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...CHARACTERS) }), (text) => {
        const accepts = (parse: (text: string) => unknown) => {
          try {
            parse(text);
            return true;
          } catch {
            return false;
          }
        };
        expect(accepts(parseJson)).toBe(accepts(JSON.parse as (text: string) => unknown));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes the last of equal keys, and no key for a special one', () => {
    const json = parseJson('{"a":1,"a":2,"__proto__":{"admin":true}}') as JsonObject<Json>;
    expect(json.get('a')).toEqual(new JsonNumber('2'));
    expect([...json.keys()]).toEqual(['a', '__proto__']);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    const numbers = parseJson('{"10":1,"2":2}') as JsonObject<Json>;
    expect([...numbers.keys()]).toEqual(['10', '2']);
  });

  it.each([
    ['', 'no JSON at 0'],
    ['{"mid":', 'no JSON at 7'],
    ['{"mid":1} x', 'more than one value at 10'],
    ['[1,]', 'no JSON at 3'],
    ['"\\x"', 'no JSON at 1'],
    ['{"10":1,"2":2', 'no JSON at 13'],
    ['01', 'more than one value at 1'],
    ['[NaN]', 'no JSON at 1'],
  ])('says where %j goes wrong', (text, message) => {
    expect(() => parseJson(text)).toThrow(message);
  });

  it('takes 64 levels and no more', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(parseJson(nested(65))).toBeInstanceOf(Array);
    expect(() => parseJson(nested(100_000))).toThrow('nested too deeply at 65');
  });
});
