import { allEngines } from '../file-engine.js';
import { encode, PROTOCOLS, roundTrip } from '../../../codec/test/bytes.js';
import { EncodeError } from '@nestjs-thrift/codec';

const IDL = `
enum Status { ACTIVE = 1, GONE = 2 }
struct Point { 1: required i32 x, 2: required i32 y }
struct Everything {
  1: bool flag,
  2: i8 byte,
  3: i16 short,
  4: i32 number,
  5: i64 long,
  6: double real,
  7: string text,
  8: binary bytes,
  9: uuid id,
  10: Status status,
  11: list<string> texts,
  12: set<i32> numbers,
  13: map<string, i64> counts,
  14: map<i64, string> names,
  15: Point point,
  16: list<list<Point>> grid,
  17: map<bool, list<bool>> flags,
  18: set<binary> blobs,
  19: map<Point, set<string>> places,
  20: list<double> reals,
  21: set<i64> longs,
  22: set<uuid> ids,
  23: map<Status, uuid> owners,
  24: list<map<string, Status>> histories,
  25: list<i16> shorts,
  26: list<i8> small,
  27: set<Status> statuses,
  40: i32 afterGap,
  -3: string negative,
  300: bool farFlag
}
`;

const engines = await allEngines(IDL);
const cases = engines.flatMap((engine) =>
  PROTOCOLS.map((protocol) => ({ engine, protocol, name: `${engine.name}, ${protocol}` })),
);

describe.each(cases)('types ($name)', ({ engine, protocol }) => {
  const codec = engine.codec('Everything');
  const trip = (value: object) => roundTrip(codec, protocol, value) as Record<string, unknown>;
  const failure = (value: unknown) => {
    try {
      encode(codec, protocol, value);
    } catch (error) {
      expect(error).toBeInstanceOf(EncodeError);
      return (error as Error).message;
    }
    throw new Error('was written');
  };

  it.each([
    ['flag', [true, false]],
    ['byte', [0, -128, 127, -1]],
    ['short', [0, -32_768, 32_767, 256, -1]],
    ['number', [0, -2_147_483_648, 2_147_483_647, 65_536, -1]],
    ['long', [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 32n, -(2n ** 32n), 2n ** 53n + 1n]],
    ['real', [0, -0, 1.5, -1e308, 5e-324, NaN, Infinity, -Infinity]],
    ['text', ['', 'a', 'ü', '漢字', '😀', 'x'.repeat(24), 'x'.repeat(25), 'é'.repeat(40), '\0']],
    ['text', ['x'.repeat(41), 'ü'.repeat(41), 'x'.repeat(2000), '漢'.repeat(2000), 'ab\u0080']],
    ['bytes', [Buffer.alloc(0), Buffer.from([0, 255, 1]), Buffer.alloc(5000, 7)]],
    ['id', ['00112233-4455-6677-8899-aabbccddeeff']],
    ['status', [1, 2, 77, -1]],
    ['texts', [[], ['a'], Array.from({ length: 40 }, (_, index) => `tag ${index}`)]],
    ['numbers', [[], [1, -1], Array.from({ length: 40 }, (_, index) => index * 1000)]],
    ['counts', [{}, { a: 1n, b: -1n, '': 0n, ['k'.repeat(60)]: 2n ** 60n }]],
    [
      'names',
      [
        new Map(),
        new Map([
          [2n ** 60n, 'big'],
          [-1n, 'minus one'],
        ]),
      ],
    ],
    ['point', [{ x: 1, y: -1 }]],
    [
      'grid',
      [
        [],
        [[]],
        [
          [{ x: 1, y: 2 }],
          [],
          [
            { x: 3, y: 4 },
            { x: 5, y: 6 },
          ],
        ],
      ],
    ],
    [
      'flags',
      [
        new Map([
          [true, [true, false, true]],
          [false, []],
        ]),
      ],
    ],
    ['blobs', [[Buffer.from('a'), Buffer.from('b')]]],
    ['places', [new Map([[{ x: 1, y: 2 }, ['home', 'work']]])]],
    ['reals', [[-0, 0.1, NaN]]],
    ['longs', [[1n, -1n, 2n ** 40n]]],
    ['ids', [['00112233-4455-6677-8899-aabbccddeeff']]],
    ['owners', [new Map([[1, '00112233-4455-6677-8899-aabbccddeeff']])]],
    ['histories', [[{ today: 1, tomorrow: 2 }, {}]]],
    ['shorts', [[-32_768, 5]]],
    ['small', [[-128, 5]]],
    ['statuses', [[1, 9]]],
    ['afterGap', [7]],
    ['negative', ['id below zero']],
    ['farFlag', [true, false]],
  ])('keeps the values of %s', (field, values) => {
    for (const value of values) {
      expect(trip({ [field]: value })[field]).toStrictEqual(value);
    }
  });

  it('has all fields in the order of the IDL, absent ones undefined', () => {
    const value = trip({ number: 5 });
    expect(Object.keys(value).slice(0, 5)).toEqual(['flag', 'byte', 'short', 'number', 'long']);
    expect(Object.keys(value)).toHaveLength(30);
    expect(value['flag']).toBeUndefined();
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('takes null and undefined as absent', () => {
    expect(encode(codec, protocol, { text: null, number: undefined })).toEqual(
      encode(codec, protocol, {}),
    );
  });

  it('refuses integers that do not fit instead of wrapping them', () => {
    expect(failure({ byte: 128 })).toBe('Everything.byte: expected i8, got number 128');
    expect(failure({ byte: -129 })).toContain('expected i8');
    expect(failure({ short: 32_768 })).toContain('expected i16');
    expect(failure({ number: 2 ** 31 })).toContain('expected i32');
    expect(failure({ number: 1.5 })).toContain('expected i32');
    expect(failure({ number: NaN })).toContain('expected i32');
    expect(failure({ number: 5n })).toBe('Everything.number: expected i32, got 5n');
    expect(failure({ long: 2n ** 63n })).toContain('expected i64');
    expect(failure({ long: -(2n ** 63n) - 1n })).toContain('expected i64');
    expect(failure({ long: 2 ** 53 })).toContain('expected i64');
    expect(failure({ long: 0.5 })).toContain('expected i64');
    expect(failure({ long: '5' })).toBe('Everything.long: expected i64, got string');
    expect(failure({ status: 2 ** 31 })).toContain('expected Status');
  });

  it('takes safe integers for i64', () => {
    for (const number of [0, 1, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, -(2 ** 32)]) {
      expect(trip({ long: number })['long']).toBe(BigInt(number));
    }
  });

  it('refuses values of other types', () => {
    expect(failure({ flag: 1 })).toBe('Everything.flag: expected bool, got number 1');
    expect(failure({ real: '1' })).toBe('Everything.real: expected double, got string');
    expect(failure({ text: 7 })).toBe('Everything.text: expected string, got number 7');
    expect(failure({ bytes: 'abc' })).toBe('Everything.bytes: expected binary, got string');
    expect(failure({ id: 'no uuid' })).toBe('Everything.id: expected uuid, got string');
    expect(failure({ texts: 'abc' })).toBe('Everything.texts: expected list, got string');
    expect(failure({ numbers: 'abc' })).toBe('Everything.numbers: expected set, got string');
    expect(failure({ counts: [1] })).toBe('Everything.counts: expected map, got array');
    expect(failure({ counts: new Map([[1, 1n]]) })).toContain('Everything.counts: expected map');
    expect(failure({ names: {} })).toBe('Everything.names: expected Map, got object');
    expect(failure({ point: 7 })).toBe('Everything.point: expected Point, got number 7');
    expect(failure(undefined)).toBe('Everything: expected Everything, got undefined');
  });

  it('names the place of a bad value', () => {
    expect(failure({ texts: ['a', 5] })).toBe('Everything.texts[1]: expected string, got number 5');
    expect(failure({ texts: [undefined] })).toContain('Everything.texts[0]: expected string');
    expect(
      failure({
        grid: [
          [],
          [
            { x: 1, y: 2 },
            { x: 1, y: 'a' },
          ],
        ],
      }),
    ).toBe('Everything.grid[1][1].y: expected i32, got string');
    expect(failure({ grid: [[null]] })).toBe('Everything.grid[0][0]: expected Point, got null');
    expect(failure({ point: { x: 1 } })).toBe('Everything.point.y: required field is missing');
    expect(failure({ counts: { a: 1n, 'b c': 'x' } })).toBe(
      'Everything.counts["b c"]: expected i64, got string',
    );
    expect(failure({ names: new Map([[7n, 5]]) })).toBe(
      'Everything.names[7]: expected string, got number 5',
    );
    expect(failure({ names: new Map([['x', 'y']]) })).toBe(
      'Everything.names["x"]: expected i64, got string',
    );
    expect(failure({ flags: new Map([[true, [true, 0]]]) })).toBe(
      'Everything.flags[true][1]: expected bool, got number 0',
    );
  });

  it('takes any iterable for a set and refuses equal scalars', () => {
    expect(trip({ numbers: new Set([3, 4]) })['numbers']).toEqual([3, 4]);
    const twice = 'a set takes each value once';
    expect(failure({ numbers: [1, 2, 1] })).toBe(`Everything.numbers: ${twice}`);
    expect(failure({ numbers: [...Array(30).keys(), 29] })).toBe(`Everything.numbers: ${twice}`);
    expect(failure({ longs: [1n, 1] })).toBe(`Everything.longs: ${twice}`);
    const id = '00112233-4455-6677-8899-aabbccddeeff';
    expect(failure({ ids: [id, id.toUpperCase()] })).toBe(`Everything.ids: ${twice}`);
  });

  it('takes a Map and objects without prototype for a map of strings', () => {
    expect(trip({ counts: new Map([['a', 1n]]) })['counts']).toEqual({ a: 1n });
    const bare = Object.assign(Object.create(null) as object, { b: 2n });
    expect(trip({ counts: bare })['counts']).toEqual({ b: 2n });
  });

  it('writes the own entries of an object, and none that it inherits', () => {
    const heir = Object.assign(Object.create({ inherited: 1n }) as object, { own: 2n });
    expect(trip({ counts: heir })['counts']).toEqual({ own: 2n });
    const constructed = Object.create({ constructor: Object, inherited: 1n }) as object;
    expect(trip({ counts: Object.assign(constructed, { own: 2n }) })['counts']).toEqual({
      own: 2n,
    });
  });

  it('keeps keys of every length, in maps of every size, whatever came before', () => {
    const keys = Array.from({ length: 26 }, (_, length) =>
      'abcdefghijklmnopqrstuvwxyz'.slice(0, length),
    );
    const others = keys.map((key) => `${key.slice(0, -1)}#`);
    const middles = keys.map((key) => `${key.slice(0, 5)}#${key.slice(6)}`);
    for (const names of [keys, others, middles, keys, [...keys].reverse()]) {
      const counts = Object.fromEntries(names.map((name, index) => [name, BigInt(index)]));
      expect(trip({ counts })['counts']).toEqual(counts);
    }
  });

  it('reads UUIDs in canonical lower case', () => {
    const id = '00112233-4455-6677-8899-AABBCCDDEEFF';
    expect(trip({ id })['id']).toBe(id.toLowerCase());
  });

  it('writes lone surrogates as U+FFFD, as Buffer does', () => {
    for (const text of ['a\uD800b', `${'x'.repeat(50)}\uDC00`, '\uD83D'.repeat(2000)]) {
      expect(trip({ text })['text']).toBe(Buffer.from(text).toString());
    }
  });

  it('copies binary, so that it does not share memory with the message', () => {
    const value = trip({ bytes: Buffer.alloc(20_000, 1) })['bytes'] as Buffer;
    expect(value.buffer.byteLength).toBe(20_000);
  });
});

describe.each(['bigint', 'number', 'string'] as const)('i64 as %s', (i64) => {
  it('keeps what it can represent and takes bigint and safe integers everywhere', async () => {
    const values = {
      bigint: [5n, -5n, 2n ** 63n - 1n],
      number: [5, -5, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
      string: ['5', '-5', '9223372036854775807', '-9223372036854775808'],
    }[i64];
    const idl =
      'struct Long { 1: i64 value, 2: list<i64> values, 3: map<i64, i64> pairs = {7: 8} }';
    for (const engine of await allEngines(idl, { i64 })) {
      const codec = engine.codec('Long');
      const convert = { bigint: BigInt, number: Number, string: String }[i64];
      for (const protocol of PROTOCOLS) {
        for (const value of values) {
          const full = { value, values: [value], pairs: new Map([[value, value]]) };
          expect(roundTrip(codec, protocol, full)).toEqual(full);
        }
        expect(roundTrip(codec, protocol, { value: 7, values: [7n] })).toEqual({
          value: convert(7n),
          values: [convert(7n)],
          pairs: new Map([[convert(7n), convert(8n)]]),
        });
      }
    }
  });
});

it('refuses to read an i64 beyond the safe integers as a number', async () => {
  const idl = 'struct Long { 1: i64 value }';
  for (const engine of await allEngines(idl, { i64: 'number' })) {
    for (const protocol of PROTOCOLS) {
      const codec = engine.codec('Long');
      expect(() => roundTrip(codec, protocol, { value: 2n ** 53n })).toThrow(
        'i64 9007199254740992 is not a safe integer',
      );
      expect(() => encode(codec, protocol, { value: '7' })).toThrow('expected i64, got string');
    }
  }
});

it('rejects text that is not a decimal i64 where i64 is a string', async () => {
  for (const engine of await allEngines('struct Long { 1: i64 value }', { i64: 'string' })) {
    for (const text of ['', 'abc', '1.5', '9223372036854775808', '1e3', '0x10']) {
      for (const protocol of PROTOCOLS) {
        expect(() => encode(engine.codec('Long'), protocol, { value: text })).toThrow(
          'Long.value: expected i64, got string',
        );
      }
    }
  }
});
