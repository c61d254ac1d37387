import { decode, encode, PROTOCOLS } from '../../../codec/test/bytes.js';
import {
  collidingBigints,
  collidingDoubles,
  collidingIntegers,
} from '../../../codec/test/colliding-keys.js';
import { allEngines } from '../file-engine.js';
import { ProtocolError } from '@nestjs-thrift/codec';

const IDL = `
enum Color { RED = 1 }
struct Keyed {
  1: map<i16, i32> shorts, 2: map<i32, i32> integers, 3: map<i64, i32> bigints, 4: map<double, i32> doubles
  5: map<Color, i32> enums, 6: map<string, map<i32, i32>> nested
  7: set<i32> integerSet, 8: set<i64> bigintSet, 9: set<double> doubleSet, 10: set<Color> enumSet
}
`;

/** A Map or Set compares this many colliding keys 50 million times. */
const MANY = 10_000;
const INTEGERS = collidingIntegers(MANY);
const BIGINTS = collidingBigints(MANY);
const DOUBLES = collidingDoubles(MANY);

/** As large, with keys that do not collide. */
const ORDINARY = Array.from({ length: 2000 }, (_, index) => index * 1000);

const engines = await allEngines(IDL);
const asNumbers = await allEngines(IDL, { i64: 'number' });

/** A map whose Map would take long to be made: encoding needs no more than its size and its entries. */
function mapOf<K>(keys: readonly K[]): Map<K, number> {
  const map = new Map<K, number>();
  Object.defineProperties(map, {
    size: { value: keys.length },
    [Symbol.iterator]: { value: () => keys.map((key, index) => [key, index])[Symbol.iterator]() },
  });
  return map;
}

describe.each(engines)('colliding keys ($name)', (engine) => {
  const codec = engine.codec('Keyed');

  describe.each(PROTOCOLS)('in %s', (protocol) => {
    it.each<[string, readonly unknown[]]>([
      ['integers', INTEGERS],
      ['enums', INTEGERS],
      ['bigints', BIGINTS],
      ['doubles', DOUBLES],
    ])('rejects a map of colliding %s before they take time', (field, keys) => {
      const bytes = encode(codec, protocol, { [field]: mapOf(keys) });
      const read = () => decode(codec, protocol, bytes);
      expect(read).toThrow(ProtocolError);
      expect(read).toThrow(`Keyed.${field}: the keys of the map collide`);
      expect(read).toThrow(
        expect.objectContaining({ code: 'DECODE_LIMIT_EXCEEDED', reason: 'DECODE_LIMIT' }),
      );
    });

    it('rejects colliding keys behind ordinary ones and inside other maps', () => {
      const keys = [...ORDINARY, ...INTEGERS];
      const bytes = encode(codec, protocol, { nested: { inner: mapOf(keys) } });
      expect(() => decode(codec, protocol, bytes)).toThrow('Keyed.nested: the keys of the map');
    });

    it('rejects colliding keys spread among ordinary ones', () => {
      const keys = ORDINARY.flatMap((key, index) => [key, INTEGERS[index]]);
      const bytes = encode(codec, protocol, { integers: mapOf(keys) });
      expect(() => decode(codec, protocol, bytes)).toThrow('the keys of the map collide');
    });

    it.each<[string, readonly unknown[]]>([
      ['integerSet', INTEGERS],
      ['enumSet', INTEGERS],
      ['bigintSet', BIGINTS],
      ['doubleSet', DOUBLES],
    ])('encodes and decodes %s with elements that collide', (field, elements) => {
      const bytes = encode(codec, protocol, { [field]: elements });
      const decoded = decode(codec, protocol, bytes) as Record<string, unknown>;
      expect(decoded[field]).toHaveLength(MANY);
    });

    it('decodes large maps with ordinary keys in the order of the message', () => {
      const value = {
        shorts: new Map(ORDINARY.map((key, index) => [index - 1000, key])),
        integers: new Map(ORDINARY.map((key) => [key, 1])),
        bigints: new Map(ORDINARY.map((key) => [BigInt(-key), 2])),
        doubles: new Map(ORDINARY.map((key) => [key / 7, 3])),
      };
      const decoded = decode(codec, protocol, encode(codec, protocol, value)) as typeof value;
      for (const [field, map] of Object.entries(value) as [
        keyof typeof value,
        Map<unknown, number>,
      ][]) {
        expect(decoded[field].constructor).toBe(Map);
        expect([...decoded[field]]).toEqual([...map]);
      }
    });

    it('decodes a map that repeats keys, the last value of each', () => {
      const keys = Array.from({ length: MANY }, (_, index) => index % 7);
      const bytes = encode(codec, protocol, { integers: mapOf(keys) });
      const decoded = decode(codec, protocol, bytes) as { integers: Map<number, number> };
      expect([...decoded.integers.keys()]).toEqual([0, 1, 2, 3, 4, 5, 6]);
      expect(decoded.integers.get(0)).toBe(MANY - (MANY % 7));
    });
  });
});

describe.each(asNumbers)('colliding keys as numbers ($name)', (engine) => {
  it.each(PROTOCOLS)('rejects a map<i64> of colliding numbers in %s', (protocol) => {
    const codec = engine.codec('Keyed');
    const bytes = encode(codec, protocol, { bigints: mapOf(INTEGERS) });
    expect(() => decode(codec, protocol, bytes)).toThrow('the keys of the map collide');
  });
});
