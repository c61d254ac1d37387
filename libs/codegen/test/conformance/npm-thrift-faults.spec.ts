import { decode, encode, hex, PROTOCOLS, roundTrip } from '../../../codec/test/bytes.js';
import { allEngines } from '../file-engine.js';
import { EncodeError, ProtocolError } from '@nestjs-thrift/codec';
import { WriteBuffer } from '@nestjs-thrift/codec/wire';

// What npm thrift 0.24 gets wrong in its protocols and generated code, by the numbers its faults have in our notes.
const IDL = `
struct Bools { 1: list<bool> list, 2: set<bool> set, 3: map<bool, bool> map }
struct Real { 1: double value, 2: list<double> values }
struct Maps { 1: map<i64, string> longs, 2: map<bool, string> bools, 3: map<string, string> texts }
struct Long { 1: i64 value }
struct Mixed { 1: string first, 2: i32 second }
struct Strict { 1: required string name }
struct Lists { 1: list<string> list, 2: set<i32> set, 3: map<i32, i32> map }
`;

const engines = await allEngines(IDL);
const cases = engines.flatMap((engine) =>
  PROTOCOLS.map((protocol) => ({ engine, protocol, name: `${engine.name}, ${protocol}` })),
);

describe.each(cases)('faults of npm thrift that are not ours ($name)', ({ engine, protocol }) => {
  const trip = (struct: string, value: object) =>
    roundTrip(engine.codec(struct), protocol, value) as Record<string, unknown>;

  it('keeps bools in containers', () => {
    const value = {
      list: [true, false, true],
      set: [false, true],
      map: new Map([
        [true, false],
        [false, true],
      ]),
    };
    expect(trip('Bools', value)).toStrictEqual(value);
  });

  it('keeps the sign of negative zero', () => {
    const value = trip('Real', { value: -0, values: [-0, 0] });
    expect(Object.is(value['value'], -0)).toBe(true);
    expect((value['values'] as number[]).map((each) => Object.is(each, -0))).toEqual([true, false]);
  });

  it('keeps i64 and bool map keys apart', () => {
    const longs = new Map([
      [2n ** 60n, 'a'],
      [-1n, 'b'],
      [2n ** 60n + 1n, 'c'],
    ]);
    const bools = new Map([
      [true, 'yes'],
      [false, 'no'],
    ]);
    const value = trip('Maps', { longs, bools });
    expect(value['longs']).toStrictEqual(longs);
    expect(value['bools']).toStrictEqual(bools);
  });

  it('reads i64 as bigint, exactly', () => {
    expect(trip('Long', { value: 2n ** 53n + 1n })['value']).toBe(9_007_199_254_740_993n);
  });

  it('keeps the map key __proto__ and pollutes nothing', () => {
    const texts = JSON.parse('{"__proto__":"kept","constructor":"too"}') as object;
    for (const given of [texts, new Map(Object.entries(texts))]) {
      const read = trip('Maps', { texts: given })['texts'] as object;
      expect(Object.entries(read)).toEqual([
        ['__proto__', 'kept'],
        ['constructor', 'too'],
      ]);
      expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    }
    expect(({} as Record<string, unknown>)['kept']).toBeUndefined();
  });

  it('leaves the buffer usable after a value that cannot be written', () => {
    const codec = engine.codec('Mixed');
    const out = new WriteBuffer(8);
    const write = (value: unknown) => codec[`write${protocol}`](value, out);
    write({ first: 'one', second: 1 });
    const { position } = out;
    expect(() => write({ first: 'x'.repeat(500), second: 'wrong' })).toThrow(EncodeError);
    out.position = position;
    write({ first: 'two', second: 2 });
    const bytes = out.bytes.subarray(0, out.position);
    expect(decode(codec, protocol, bytes.subarray(0, position))).toEqual({
      first: 'one',
      second: 1,
    });
    expect(decode(codec, protocol, bytes.subarray(position))).toEqual({ first: 'two', second: 2 });
  });

  it('checks required fields when reading', () => {
    expect(() => decode(engine.codec('Strict'), protocol, hex('00'))).toThrow(
      'Strict.name: required field is missing',
    );
  });

  it('refuses a message cut anywhere instead of waiting for more', () => {
    const codec = engine.codec('Lists');
    const value = { list: ['a', 'b'], set: [1], map: new Map([[1, 2]]) };
    const bytes = encode(codec, protocol, value);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => decode(codec, protocol, bytes.subarray(0, length))).toThrow(ProtocolError);
    }
  });
});

it.each(engines)(
  'refuses a negative count instead of taking it for an empty list ($name)',
  (engine) => {
    const codec = engine.codec('Lists');
    for (const bytes of [
      '0f 0001 0b ffffffff 00',
      '0e 0002 08 ffffffff 00',
      '0d 0003 0808 ffffffff 00',
    ]) {
      expect(() => decode(codec, 'Binary', hex(bytes))).toThrow('count -1 is negative');
    }
    expect(() => decode(codec, 'Compact', hex('19 f8 ffffffff0f 00'))).toThrow(
      'count -1 is negative',
    );
  },
);
