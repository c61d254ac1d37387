import { isJsonValue } from './checked-document.js';

describe('isJsonValue', () => {
  it.each([[null], ['text'], [1.5], [true], [[1, [{ a: null }]]], [{}]])('accepts %j', (value) => {
    expect(isJsonValue(value)).toBe(true);
  });

  it.each([
    [Infinity],
    [NaN],
    [undefined],
    [1n],
    [new Date(0)],
    [new Set()],
    [{ a: [new Map()] }],
    [() => 1],
  ])('rejects %p', (value) => {
    expect(isJsonValue(value)).toBe(false);
  });

  it('rejects what is nested too deep, also without an end', () => {
    const ring: unknown[] = [];
    ring.push(ring);
    expect(isJsonValue(ring)).toBe(false);
  });
});
