import * as check from './index.js';

function accepts(type: check.Check, value: unknown): boolean {
  const schema = check.struct(() => ({ field: check.required(type) }));
  const result = schema['~standard'].validate({ field: value });
  if (result instanceof Promise) {
    throw new Error('is synchronous');
  }
  return result.issues === undefined;
}

describe('types', () => {
  it.each<[name: string, type: check.Check, good: unknown[], bad: unknown[]]>([
    ['bool', check.bool(), [true, false], [0, 'true']],
    ['i8', check.i8(), [-128, 127], [-129, 128, 1.5, 1n, '1']],
    ['i16', check.i16(), [-32768, 32767], [32768, NaN]],
    ['i32', check.i32(), [-(2 ** 31), 2 ** 31 - 1], [2 ** 31, Infinity]],
    ['i64', check.i64(), [2n ** 63n - 1n, 5, -(2n ** 63n)], [2n ** 63n, 2 ** 53, 0.5, '1']],
    ['i64 as number', check.i64Number(), [5, -5], [5n, 2 ** 53, '5']],
    ['i64 as string', check.i64String(), ['5', '-5'], [5, 5n, '', '1.5', '9223372036854775808']],
    ['double', check.double(), [1.5, NaN], ['1.5', 1n]],
    ['string', check.string(), ['', 'x'], [1, Buffer.from('x')]],
    ['binary', check.binary(), [Buffer.from('x'), new Uint8Array(1)], ['x', [1]]],
    ['uuid', check.uuid(), ['01234567-89AB-cdef-0123-456789abcdef'], ['0123456789abcdef', 'x']],
    ['list', check.list(check.bool()), [[], [true]], [{}, new Set(), [1]]],
    ['set', check.set(check.bool()), [[], new Set([true])], [{}, [true, true], [1]]],
    ['map', check.map(check.i8(), check.bool()), [new Map([[1, true]])], [{}, new Map([['1', 1]])]],
    ['record', check.record(check.string(), check.bool()), [{}, { a: true }], [[], { a: 1 }, 'x']],
    ['struct', check.struct(() => ({})).check, [{}], [[], new Map(), Buffer.from('x'), null, 'x']],
  ])('%s', (_name, type, good, bad) => {
    expect(good.filter((value) => !accepts(type, value))).toEqual([]);
    expect(bad.filter((value) => accepts(type, value))).toEqual([]);
  });

  it('compare the text of a 64-bit integer as a number', () => {
    expect(accepts(check.i64String(check.gt(9)), '10')).toBe(true);
    expect(accepts(check.i64String(check.gt(9)), '9')).toBe(false);
  });
});
