import fc from 'fast-check';
import { JsonSyntaxError } from './json-syntax.error.js';
import { JsonNumber, parseJson } from './parse-json.js';
import { stringifyJson } from './stringify-json.js';

/** What JSON.parse would make of it. */
function plain(json: unknown): unknown {
  return JSON.parse(stringifyJson(json));
}

describe('parseJson', () => {
  it('reads what JSON.stringify writes, in both modes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.constantFrom(0, 1, 2), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(plain(parseJson(text))).toEqual(JSON.parse(text));
        expect(plain(parseJson(text, { relaxed: true }))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('accepts a text exactly where JSON.parse does', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '\\',
      'true',
      'nul',
      '-',
      '0',
      '01',
      '1.5',
      'e3',
      ' ',
      "'",
      '\n',
      '\u0001',
    );
    const accepts = (read: () => unknown): boolean => {
      try {
        read();
        return true;
      } catch (error) {
        if (error instanceof SyntaxError) {
          return false;
        }
        throw error;
      }
    };
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        expect(accepts(() => parseJson(text))).toBe(accepts(() => JSON.parse(text) as unknown));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps all digits of numbers, and names that mean something to JavaScript', () => {
    const json = parseJson('{"__proto__": 9007199254740993, "a": [1.10]}') as Record<
      string,
      unknown
    >;

    expect(json['__proto__']).toEqual(new JsonNumber('9007199254740993'));
    expect(stringifyJson(json)).toBe('{"__proto__":9007199254740993,"a":[1.10]}');
    expect(Object.getPrototypeOf(json)).toBeNull();
  });

  it('reads JSON5 where asked to', () => {
    const text = `// comment
      { a: 1, 'b': "x\\
y", c: [0x1F, +1, .5, 5., -Infinity,], /* more */ }`;

    expect(stringifyJson(parseJson(text, { relaxed: true }))).toBe(
      '{"a":1,"b":"xy","c":[31,1,0.5,5,-Infinity]}',
    );
    expect(() => parseJson(text)).toThrow(JsonSyntaxError);
  });

  it.each([
    ['{"a": 1,\n  b: 2}', 'unexpected "b", expected a name in double quotes at line 2, column 3'],
    ['[1 2]', 'unexpected "2", expected "," or "]" at line 1, column 4'],
    ['"a', 'unclosed string at line 1, column 3'],
    ['1\u202e', 'unexpected U+202E, expected the end at line 1, column 2'],
    ['', 'unexpected end of text, expected a value at line 1, column 1'],
    ['[[[', 'more than 2 arrays and objects within each other at line 1, column 3'],
  ])('names the place: %j', (text, message) => {
    expect(() => parseJson(text, { maxDepth: 2 })).toThrow(message);
  });

  it('takes time in proportion to the text', () => {
    const long = `[${'"a\\n",'.repeat(200_000)}1]`;

    expect(parseJson(long)).toHaveLength(200_001);
    expect(() => parseJson('['.repeat(1_000_000))).toThrow('more than 64');
    expect(() => parseJson('/*'.repeat(100_000), { relaxed: true })).toThrow(JsonSyntaxError);
  });
});

describe('stringifyJson', () => {
  it('writes what JSON.stringify does, but for characters that could steer a terminal', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(stringifyJson(value, { indent: 2 })).toBe(JSON.stringify(value, undefined, 2));
      }),
    );
    expect(stringifyJson('a\u001b[2J\u009b\u202e\u2066\u200f\u2028\u007f\ufeff')).toBe(
      String.raw`"a\u001b[2J\u009b\u202e\u2066\u200f\u2028\u007f\ufeff"`,
    );
    expect(stringifyJson('\u{1f600} 用户 é')).toBe('"\u{1f600} 用户 é"');
  });

  it('leaves out what is undefined and writes bigints with all digits', () => {
    expect(stringifyJson({ a: undefined, b: 2n ** 63n, c: [] })).toBe(
      '{"b":9223372036854775808,"c":[]}',
    );
    expect(() => stringifyJson(() => 1)).toThrow('JSON has no form of a function');
  });

  it('lets parts be painted', () => {
    const paint = (part: string, text: string) => `<${part} ${text}>`;

    expect(stringifyJson({ a: ['x', 1, null] }, { paint })).toBe(
      '{<name "a">:[<string "x">,<number 1>,<literal null>]}',
    );
  });
});
