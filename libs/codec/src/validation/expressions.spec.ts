import {
  add,
  compare,
  equal,
  integer,
  lengthOf,
  mod,
  nowUnixNano,
  sprintf,
} from './expressions.js';

describe('functions of annotations', () => {
  it.each([
    ['ä', 2],
    [Buffer.from('abc'), 3],
    [[1, 2], 2],
    [new Set([1]), 1],
    [new Map([[1, 2]]), 1],
    [{ a: 1, b: 2 }, 2],
    [5, undefined],
    [undefined, undefined],
  ])('lengthOf(%p) is %p', (value, length) => {
    expect(lengthOf(value)).toBe(length);
  });

  it('compares numbers of both kinds exactly', () => {
    expect(compare(2n ** 53n + 1n, 2 ** 53)).toBe(1);
    expect(equal(1n, 1)).toBe(true);
    expect(compare(NaN, NaN)).toBeUndefined();
    expect(compare('a', 1)).toBeUndefined();
    expect(compare(Buffer.from('b'), 'a')).toBeGreaterThan(0);
  });

  it('has nothing to say of what is absent', () => {
    expect([equal(undefined, 1), add(undefined, 1), mod(1, 0), sprintf('%s', undefined)]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('calculates', () => {
    expect([add(1.5, 2), add('a', 'b'), add(1n, 2), mod(-7, 3), mod(7n, 4)]).toEqual([
      3.5,
      'ab',
      3n,
      -1n,
      3n,
    ]);
    expect([integer('12'), integer('1e3'), integer(5)]).toEqual([12n, undefined, undefined]);
  });

  it('formats as Go does', () => {
    expect(sprintf('%d of %v: %q, %t, 100%%, %f', 1n, 2, 'x', true, 1.5)).toBe(
      '1 of 2: "x", true, 100%, 1.500000',
    );
  });

  it('knows the time in nanoseconds', () => {
    const before = BigInt(Date.now()) * 1_000_000n;

    expect(nowUnixNano()).toBeGreaterThanOrEqual(before);
  });
});
