import { collidingBigints, collidingIntegers } from '../../test/colliding-keys.js';
import { watchKeys } from './key-watch.js';

const COUNT = 20_000;

/** Entries after which the watch of a map with the keys rejects it; undefined if it does not. */
function rejectedAfter(keys: readonly unknown[]): number | undefined {
  const map = new Map<unknown, number>();
  const watch = watchKeys(keys.length);
  let next = watch.first;
  for (const [index, key] of keys.entries()) {
    map.set(key, index);
    try {
      if (index === next) {
        next = watch.check(key, map, 'map');
      }
    } catch {
      return index + 1;
    }
  }
  watch.close();
  return undefined;
}

const sequence = <T>(make: (index: number) => T, count = COUNT): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

function shuffled<T>(values: readonly T[]): T[] {
  const copy = [...values];
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [copy[last], copy[other]] = [copy[other]!, copy[last]!];
  }
  return copy;
}

/** Keys as applications have them, with all the regularity that may collide by itself. */
const ORDINARY: Readonly<Record<string, readonly unknown[]>> = {
  'numbers from 0': sequence((index) => index),
  'negative numbers': sequence((index) => -index),
  'random i32': sequence(() => Math.trunc((Math.random() - 0.5) * 2 ** 32)),
  'IPv4 addresses': sequence((index) => (0xc0a8_0001 | 0) + index * 256),
  'times in seconds': sequence((index) => 1_700_000_000 + index * 60),
  'times in milliseconds': sequence((index) => 1_700_000_000_000n + BigInt(index) * 1000n),
  'times as doubles': sequence((index) => 1_700_000_000_000 + index * 1000),
  snowflakes: sequence((index) => (BigInt(1_700_000_000_000 + index) << 22n) | 0x5000n),
  'both signs of i64': sequence((index) => BigInt(index % 2 === 0 ? index : -index) / 2n),
  fractions: sequence((index) => index / 3),
  prices: sequence((index) => index / 100),
  coordinates: sequence((index) => Math.round((index * 0.00137 - 90) * 1e5) / 1e5),
  'small fractions': sequence((index) => index * 2 ** -40),
  'pairs in one i32': sequence((index) => (Math.trunc(index / 200) << 16) | (index % 200)),
  'pairs in one i64': sequence((index) => (BigInt(index % 200) << 32n) | BigInt(index)),
};

describe('KeyWatch', () => {
  it.each(Object.keys(ORDINARY))('accepts %s, in order and shuffled', (name) => {
    const keys = ORDINARY[name]!;
    expect(rejectedAfter(keys)).toBeUndefined();
    expect(rejectedAfter(shuffled(keys))).toBeUndefined();
    expect(rejectedAfter(keys.slice(0, 200))).toBeUndefined();
  });

  it('accepts multiples of every power of two', () => {
    for (let power = 0; power < 60; power += 1) {
      const keys = sequence((index) => BigInt.asIntN(64, BigInt(index) << BigInt(power)), 3000);
      expect([power, rejectedAfter([...new Set(keys)])]).toEqual([power, undefined]);
    }
    for (let power = 0; power < 30; power += 1) {
      const keys = sequence((index) => (index << power) | 0, 3000);
      expect([power, rejectedAfter([...new Set(keys)])]).toEqual([power, undefined]);
    }
  });

  it('accepts a key that comes again and again, whatever else the map has', () => {
    expect(rejectedAfter(sequence(() => 7))).toBeUndefined();
    expect(rejectedAfter([...sequence((index) => index), ...sequence(() => 7n)])).toBeUndefined();
    expect(rejectedAfter(sequence((index) => (index % 8 === 0 ? index : 7)))).toBeUndefined();
    expect(rejectedAfter(sequence(() => NaN))).toBeUndefined();
  });

  it('rejects colliding keys within their first six hundred', () => {
    expect(rejectedAfter(collidingIntegers(COUNT))).toBeLessThan(600);
    expect(rejectedAfter(collidingBigints(COUNT))).toBeLessThan(600);
  });

  it('rejects a chain of few colliding keys, wherever they stand', () => {
    // Time is lost when the one at its end comes again and again.
    const others = sequence(() => BigInt(Math.trunc(Math.random() * 2 ** 53)), 100_000);
    for (const [index, key] of collidingBigints(400).entries()) {
      others[index * 240] = key;
    }
    expect(rejectedAfter(others)).toBeLessThan(100_000);
  });

  it('watches a map inside of another', () => {
    const outer = watchKeys(COUNT);
    expect(watchKeys(COUNT)).not.toBe(outer);
    outer.close();
    expect(watchKeys(COUNT)).toBe(outer);
    outer.close();
  });

  it('leaves small maps alone', () => {
    expect(watchKeys(127).first).toBe(-1);
    expect(watchKeys(128).first).toBeGreaterThanOrEqual(0);
  });
});
