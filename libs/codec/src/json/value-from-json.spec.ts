import { loadSchemaFromText } from '@nestjs-thrift/idl';
import type { StructShape } from '../definition/shape.js';
import { compileSchema } from '../from-idl/compile-schema.js';
import { argumentsFromJson, valueFromJson } from './value-from-json.js';
import { JsonNumber, parseJson } from './parse-json.js';
import { stringifyJson } from './stringify-json.js';
import { valueToJson } from './value-to-json.js';

const compiled = compileSchema(
  loadSchemaFromText(`
    enum Color { RED = 1, BLUE = 2 }
    struct Point { 1: required i32 x, 2: i32 y = 7 }
    union Shape { 1: Point point, 2: string name }
    struct All {
      1: bool flag, 2: i8 tiny, 3: i16 short, 4: i32 number, 5: i64 wide, 6: double real, 7: string text, 8: binary bytes,
      9: uuid id, 10: Color color, 11: list<Point> points, 12: set<i32> numbers, 13: map<string, i32> byName,
      14: map<i64, string> byNumber, 15: map<Point, string> byPoint, 16: map<Color, bool> byColor, 17: Shape shape
    }`),
);
const shapeOf = (name: string, from = compiled) => from.struct(name) as StructShape;
const all = shapeOf('All');
const read = (json: unknown) => valueFromJson(json, all);

describe('valueFromJson', () => {
  const json = {
    flag: true,
    tiny: -128,
    short: 32767,
    number: -2147483648,
    wide: '9223372036854775807',
    real: 'NaN',
    text: 'Grüße',
    bytes: 'AQID',
    id: '6f1c2a70-0000-4000-8000-000000000001',
    color: 'BLUE',
    points: [{ x: 1, y: 2 }],
    numbers: [1, 2],
    byName: { one: 1, __proto__x: 2 },
    byNumber: { '9007199254740993': 'wide' },
    byPoint: [[{ x: 1, y: 7 }, 'here']],
    byColor: { RED: true },
    shape: { name: 'circle' },
  };

  it('comes back as it went in', () => {
    expect(valueToJson(read(json), all)).toEqual(json);
    expect(valueToJson(read(parseJson(JSON.stringify(json))), all)).toEqual(json);
  });

  it('becomes the values the codec takes', () => {
    expect(read({ wide: 5, color: 2, byNumber: [[1, 'a']], real: 1.5 })).toEqual({
      ...compiled.defaults('All'),
      wide: 5n,
      color: 2,
      byNumber: new Map([[1n, 'a']]),
      real: 1.5,
    });
  });

  it('keeps names that mean something to JavaScript', () => {
    const odd = compileSchema(
      loadSchemaFromText(`
        struct Odd { 1: string __proto__, 2: map<string, i32> m, 3: string constructor, 4: string toString = "t" }
        union Either { 1: string __proto__, 2: i32 valueOf }
        struct Both { 1: Odd odd, 2: Either either }
      `),
    );
    const type = shapeOf('Both', odd);
    const text =
      '{"odd":{"__proto__":"p","m":{"__proto__":1,"a":2},"toString":"s"},"either":{"__proto__":"e"}}';
    const value = valueFromJson(parseJson(text), type);
    expect(stringifyJson(valueToJson(value, type))).toBe(text);
  });

  it('gets the defaults of the IDL', () => {
    expect(read({ points: [{ x: 1 }] })).toMatchObject({ points: [{ x: 1, y: 7 }] });
  });

  it.each<[unknown, string]>([
    [[], 'the JSON must be an object with the fields of All, got []'],
    [{ flag: 1 }, 'flag must be true or false, got 1'],
    [{ tiny: 128 }, 'tiny must be an integer from -128 to 127, got 128'],
    [{ wide: 2 ** 53 }, 'wide must be a bigint or text, which stay exact beyond 2^53'],
    [{ wide: '9223372036854775808' }, 'wide must be within 64 bits'],
    [{ wide: new JsonNumber('9223372036854775808') }, 'wide must be within 64 bits'],
    [{ wide: new JsonNumber('1e3') }, 'wide must be a 64-bit integer'],
    [{ number: new JsonNumber('2.0') }, 'number must be an integer from -2147483648'],
    [{ real: new JsonNumber('1e400') }, 'real must be a number within the range of a double'],
    [{ text: '\ud800' }, 'text must be a string without lone surrogates'],
    [{ numbers: [1, 2, 1] }, 'numbers must be a set, which has each value once, got 1'],
    [
      {
        byNumber: [
          ['1', 'a'],
          [1, 'b'],
        ],
      },
      'byNumber must be a map, which has each key once, got 1',
    ],
    [{ tekst: 'a' }, 'tekst must be left out: All has flag'],
    [{ tekst: 'a' }, '(did you mean text?), got "a"'],
    [{ wide: '1.5' }, 'wide must be a 64-bit integer as a number or a decimal string'],
    [{ real: 'many' }, 'real must be a number, or "NaN"'],
    [{ text: 1 }, 'text must be a string, got 1'],
    [{ bytes: 'abc' }, 'bytes must be binary as a string in base64, got "abc"'],
    [{ id: 'x' }, 'id must be a uuid'],
    [{ color: 'GREEN' }, 'color must be a member of Color (RED, BLUE), got "GREEN"'],
    [{ points: [{ x: 1 }, {}] }, 'points[1].x must be given: Point requires an i32, got nothing'],
    [{ points: {} }, 'points must be a list of Point'],
    [{ byPoint: { a: 'b' } }, 'byPoint.a must be in a list of [key, value]: the keys are Point'],
    [{ byNumber: [[1]] }, 'byNumber[0] must be a [key, value], got [1]'],
    [{ shape: {} }, 'shape must be an object with exactly one of point, name'],
    [{ shape: { point: { x: 1, z: 1 } } }, 'shape.point.z must be left out: Point has x, y'],
  ])('is refused with its place: %j', (wrong, message) => {
    expect(() => read(wrong)).toThrow(message);
  });

  it('covers every type in this test', () => {
    expect(Object.keys(json)).toEqual(all.fields.map(({ name }) => name));
  });

  it.each(['9007199254740993', '-9223372036854775808', '0'])(
    'takes the i64 %s exactly as a JSON number, and prints it in either form',
    (digits) => {
      const value = read(parseJson(`{"wide":${digits}}`));

      expect(value).toMatchObject({ wide: BigInt(digits) });
      expect(stringifyJson(valueToJson(value, all, { i64: 'number' }))).toContain(
        `"wide":${digits}`,
      );
      expect(stringifyJson(valueToJson(value, all))).toContain(`"wide":"${digits}"`);
    },
  );
});

describe('argumentsFromJson', () => {
  const { fields } = all;

  it('takes the value of the only parameter as it is, else an object', () => {
    const [flag, tiny] = fields;

    expect(argumentsFromJson(true, 'M', { fields: [flag!] })).toEqual({ flag: true });
    expect(argumentsFromJson({ flag: true }, 'M', { fields: [flag!] })).toEqual({ flag: true });
    expect(() => argumentsFromJson({ flags: true }, 'M', { fields: [flag!] })).toThrow(
      'true or false',
    );
    expect(argumentsFromJson({ tiny: 1 }, 'M', { fields: [flag!, tiny!] })).toEqual({ tiny: 1 });
    expect(() => argumentsFromJson(1, 'M', { fields: [] })).toThrow(
      'the fields of the request of M',
    );
    expect(() => argumentsFromJson({ a: 1 }, 'M', { fields: [] })).toThrow(
      'the request of M has no fields',
    );
  });
});
