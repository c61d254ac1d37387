import fc from 'fast-check';
import { renderJson } from './render-json.js';

function json(value: unknown): unknown {
  return JSON.parse(JSON.stringify(renderJson(value)));
}

describe('renderJson', () => {
  it('writes i64 values as strings, small ones too', () => {
    expect(json({ id: 1n, big: -(2n ** 63n) })).toEqual({ id: '1', big: '-9223372036854775808' });
  });

  it('writes maps with base keys as objects', () => {
    const map = new Map<unknown, unknown>([
      [1n, { n: 2n }],
      [true, 'yes'],
      [-3, null],
    ]);
    expect(json(map)).toEqual({ '1': { n: '2' }, true: 'yes', '-3': null });
  });

  it('writes maps with struct keys as pairs', () => {
    expect(json(new Map([[{ id: 1n }, 'one']]))).toEqual([[{ id: '1' }, 'one']]);
  });

  it('writes binary as base64, of the slice alone', () => {
    const bytes = Buffer.from('xhellox').subarray(1, 6);
    expect(json({ bytes, view: new Uint8Array([1, 2]) })).toEqual({
      bytes: 'aGVsbG8=',
      view: 'AQI=',
    });
  });

  it('writes sets as arrays and leaves what renders itself', () => {
    const at = new Date(0);
    expect(json({ tags: new Set(['a', 2n]), at })).toEqual({
      tags: ['a', '2'],
      at: '1970-01-01T00:00:00.000Z',
    });
  });

  it('keeps a __proto__ key a plain key', () => {
    const value = JSON.parse('{"__proto__": {"admin": true}}') as Record<string, unknown>;
    Object.defineProperty(value, 'id', { value: 1n, enumerable: true });
    const rendered = renderJson(value) as Record<string, unknown>;
    expect(Object.keys(rendered).sort()).toEqual(['__proto__', 'id']);
    expect(rendered.admin).toBeUndefined();
    const map = renderJson(new Map([['__proto__', 1n]])) as Record<string, unknown>;
    expect(Object.getPrototypeOf(map)).toBe(Object.prototype);
    expect(Object.keys(map)).toEqual(['__proto__']);
  });

  it('does not touch its input, and copies only what changes', () => {
    const unchanged = { list: [1, 'two', { three: null }] };
    const value = { id: 1n, unchanged };
    const rendered = renderJson(value) as typeof value;
    expect(value.id).toBe(1n);
    expect(rendered.unchanged).toBe(unchanged);
    expect(renderJson(unchanged)).toBe(unchanged);
  });

  it('gives plain JSON back as it came', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(json(value)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
