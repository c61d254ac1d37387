import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText, type StructSchema } from '@nestjs-thrift/idl';
import { decode, encode } from '../../test/support/codecs.js';
import { JsonReader } from './from-json.js';
import { toJson } from './to-json.js';

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
const { schema } = compiled;
const all: StructSchema = schema.files[schema.root]!.structs.find(({ name }) => name === 'All')!;
const allType = { kind: 'struct', ref: { file: schema.root, name: 'All' } } as const;
const read = (json: unknown) => new JsonReader(compiled).value(json, allType, '');

describe('JSON of the command line', () => {
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
    expect(toJson(read(json), allType, schema)).toEqual(json);
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
    const type = { kind: 'struct', ref: { file: odd.schema.root, name: 'Both' } } as const;
    const text =
      '{"odd":{"__proto__":"p","m":{"__proto__":1,"a":2},"toString":"s"},"either":{"__proto__":"e"}}';
    const value = new JsonReader(odd).value(JSON.parse(text), type, '');
    const codec = odd.struct('Both');
    const decoded = decode(codec, encode(codec, value as object, 'Binary'), 'Binary');
    expect(JSON.stringify(toJson(value, type, odd.schema))).toBe(text);
    expect(JSON.stringify(toJson(decoded, type, odd.schema))).toBe(text);
  });

  it('gets the defaults of the IDL', () => {
    expect(read({ points: [{ x: 1 }] })).toMatchObject({ points: [{ x: 1, y: 7 }] });
  });

  it.each<[unknown, string]>([
    [[], 'the JSON must be an object with the fields of All, got []'],
    [{ flag: 1 }, 'flag must be true or false, got 1'],
    [{ tiny: 128 }, 'tiny must be a whole number from -128 to 127, got 128'],
    [{ wide: 2 ** 53 }, 'wide must be a whole number, or beyond 2^53 a string, which stays exact'],
    [{ wide: '9223372036854775808' }, 'wide must be within 64 bits'],
    [{ wide: '1.5' }, 'wide must be a 64-bit integer as a number or a decimal string'],
    [{ real: 'many' }, 'real must be a number, or "NaN"'],
    [{ text: 1 }, 'text must be a string, got 1'],
    [{ bytes: 'abc' }, 'bytes must be binary as a string in base64, got "abc"'],
    [{ id: 'x' }, 'id must be a uuid'],
    [{ color: 'GREEN' }, 'color must be a member of Color (RED, BLUE), got "GREEN"'],
    [{ points: [{ x: 1 }, {}] }, 'points[1].x must be given: Point requires a i32, got nothing'],
    [{ points: {} }, 'points must be a list of Point'],
    [{ byPoint: { a: 'b' } }, 'byPoint.a must be in a list of [key, value]: the keys are Point'],
    [{ byNumber: [[1]] }, 'byNumber[0] must be a [key, value], got [1]'],
    [{ shape: {} }, 'shape must be an object with exactly one of point, name'],
    [{ shape: { point: { x: 1, z: 1 } } }, 'shape.point.z must be left out: Point has x, y'],
  ])('is refused with its place: %j', (wrong, message) => {
    expect(() => read(wrong)).toThrow(message);
  });

  it('knows every field of a definition', () => {
    expect(Object.keys(json)).toEqual(all.fields.map(({ name }) => name));
  });
});
