import fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { JsonObject } from './json-object.js';

describe('JsonObject', () => {
  it('is what a Map is', () => {
    const names = fc.oneof(fc.string({ maxLength: 2 }), fc.constantFrom('__proto__', '10', '2'));
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.integer()), { size: 'medium' }), (entries) => {
        const map = new Map(entries);
        const object = new JsonObject(entries);
        expect([...object]).toEqual([...map]);
        expect([...object.keys()]).toEqual([...map.keys()]);
        expect(object.size).toBe(map.size);
        for (const [name] of entries) {
          expect(object.get(name)).toBe(map.get(name));
        }
        expect(object.get('toString')).toBe(map.get('toString'));
      }),
    );
  });

  it('takes time in proportion to names that collide in a Map', async () => {
    const names = Array.from({ length: 65_535 }, (_, index) => String((index + 1) * 65_536));
    for (let count = 0; count < 3; count += 1) {
      expect(new JsonObject(names.map((name) => [name, 1])).size).toBe(names.length);
      // Lets the test time out.
      await turn();
    }
  });
});
