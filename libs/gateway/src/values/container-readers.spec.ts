import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { JsonNumber, JsonObject } from '../json/parse-json.js';
import { collidingBigints } from '../../../codec/test/colliding-keys.js';
import { BindingRun } from './binding-run.js';
import { containerReader, mapReader, type ValueReader } from './container-readers.js';
import { i64Reader, UUID_READER } from './scalar-readers.js';

const i64: ValueReader = {
  ...i64Reader('bigint'),
  fromTexts: ([text = ''], run) => i64.fromText(text, run),
};
/** As many as one container takes; a Map or Set of JavaScript takes half a minute for them. */
const COLLIDING = collidingBigints(65_536);

describe('containerReader', () => {
  const set = containerReader({ kind: 'set', element: { kind: 'i64' } }, i64);

  it('takes each element of a set once', () => {
    const json = ['2', '1', '2'].map((text) => new JsonNumber(text));
    expect(set.fromJson(json, new BindingRun())).toEqual([2n, 1n]);
  });

  it('takes time in proportion to the number of elements that collide in a Set', async () => {
    const json = COLLIDING.map((value) => new JsonNumber(String(value)));
    for (let count = 0; count < 3; count += 1) {
      expect(set.fromJson(json, new BindingRun())).toEqual(COLLIDING);
      // Lets the test time out.
      await turn();
    }
  });
});

describe('mapReader', () => {
  const map = mapReader({ kind: 'map', key: { kind: 'i64' }, value: { kind: 'i64' } }, i64, i64);
  const read = (keys: readonly bigint[]) => {
    const run = new BindingRun();
    const value = map.fromJson(
      new JsonObject(keys.map((key) => [String(key), new JsonNumber('1')])),
      run,
    );
    return { value, throwIfFailed: () => run.throwIfFailed() };
  };

  it('reads keys in their order', () => {
    const { value, throwIfFailed } = read([2n, 1n]);
    expect(throwIfFailed).not.toThrow();
    expect([...(value as Map<bigint, bigint>)]).toEqual([
      [2n, 1n],
      [1n, 1n],
    ]);
  });

  it('takes any number of keys whose hash cannot be chosen', () => {
    const uuid: ValueReader = { ...UUID_READER, fromTexts: () => undefined };
    const byUuid = mapReader(
      { kind: 'map', key: { kind: 'uuid' }, value: { kind: 'i64' } },
      uuid,
      i64,
    );
    const keys = Array.from({ length: 1_000 }, () => randomUUID());
    const run = new BindingRun();
    const json = new JsonObject(keys.map((key) => [key, new JsonNumber('1')]));
    expect(byUuid.fromJson(json, run)).toEqual(new Map(keys.map((key) => [key, 1n])));
    expect(() => run.throwIfFailed()).not.toThrow();
  });

  it('rejects keys that collide in a Map', () => {
    expect(read(COLLIDING).throwIfFailed).toThrow('keys that collide in a hash table');
  });
});
