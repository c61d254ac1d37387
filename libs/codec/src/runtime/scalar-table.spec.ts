import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import {
  collidingBigints,
  collidingDoubles,
  collidingIntegers,
} from '../../test/colliding-keys.js';
import { areDistinct, areDistinctIntegers, withoutDuplicates } from './collections.js';

/** More than a Set puts into one bucket before a test times out. */
const MANY = 100_000;

const scalar = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(0, -0, NaN, 1, '1', '01', 1n, true, 'true', undefined, null),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.string(),
  fc.nat().map(String),
);

describe('ScalarTable', () => {
  it('finds the same duplicates as a Set', () => {
    fc.assert(
      fc.property(fc.array(scalar, { maxLength: 200, size: 'max' }), (values) => {
        expect(areDistinct(values)).toBe(new Set(values).size === values.length);
        // A Set turns -0 into 0.
        expect(withoutDuplicates(values).map(plusZero)).toStrictEqual([...new Set(values)]);
      }),
    );
  });

  it('takes every NaN for the same value, whatever its bits', () => {
    const bits = new BigUint64Array(64).map((_, index) => 0x7ff8_0000_0000_0000n + BigInt(index));
    const values = [...new Float64Array(bits.buffer)];
    expect(areDistinct(values)).toBe(false);
    expect(withoutDuplicates(values)).toStrictEqual([NaN]);
    expect(withoutDuplicates(values.slice(0, 2))).toStrictEqual([NaN]);
  });

  it('finds duplicates in tables of all sizes, one after another', () => {
    for (const size of [17, 20_000, 64, 63, 3000, 17]) {
      const values = Array.from({ length: size }, (_, index) => index * 65_536);
      expect(areDistinct(values)).toBe(true);
      expect(areDistinct([...values, values.at(-1)])).toBe(false);
      expect(withoutDuplicates([...values, ...values])).toStrictEqual(values);
    }
  });

  it.each<[string, readonly unknown[]]>([
    ['i32', collidingIntegers(MANY)],
    ['i64', collidingBigints(MANY)],
    ['doubles', collidingDoubles(MANY)],
    ['text of numbers', Array.from({ length: MANY }, (_, index) => String(index * 16_384))],
  ])('takes time in proportion to the number of %s that collide in a Set', async (_, values) => {
    expect(areDistinct(values)).toBe(true);
    expect(withoutDuplicates([...values, values[0]])).toHaveLength(MANY);
    // Lets the test time out.
    await turn();
  });

  it('takes time in proportion to the number of bigints that no i64 holds', async () => {
    const values = Array.from({ length: MANY }, (_, index) => BigInt(index) << 64n);
    expect(areDistinctIntegers(values)).toBe(true);
    await turn();
  });
});

function plusZero(value: unknown): unknown {
  return value === 0 ? 0 : value;
}
