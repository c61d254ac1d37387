import {
  collidingBigints,
  collidingDoubles,
  collidingIntegers,
} from '../../test/colliding-keys.js';
import { v8Hash } from './v8-hash.js';

const COUNT = 4096;

/** Shortest time of some runs, in milliseconds of this thread. */
function fillTime(keys: readonly unknown[]): number {
  const times = Array.from({ length: 3 }, () => {
    const start = process.cpuUsage();
    const map = new Map<unknown, number>();
    for (const key of keys) {
      map.set(key, 0);
    }
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

describe('v8Hash', () => {
  it.each<[string, unknown[]]>([
    ['i32', collidingIntegers(COUNT)],
    ['i64', collidingBigints(COUNT)],
    ['negative i64', collidingBigints(COUNT).map((key) => -key)],
    ['doubles', collidingDoubles(COUNT)],
  ])('is the hash by which this Node puts %s into a Map', (_, keys) => {
    const shared = 0xffff;
    expect(new Set(keys).size).toBe(COUNT);
    expect(new Set(keys.map((key) => v8Hash(key) & shared)).size).toBe(1);
    // Colliding keys take some hundred times as long as these, as long as V8 hashes as the model does.
    const ordinary = Array.from({ length: COUNT }, (__, index) => index);
    expect(fillTime(keys)).toBeGreaterThan(10 * Math.max(fillTime(ordinary), 0.1));
  });

  it('treats 0 and -0 as one key', () => {
    expect(v8Hash(-0)).toBe(v8Hash(0));
  });
});
