import { toInstance } from '../discovery/instance.js';
import { outgoing } from '../../../test/calls.js';
import { aliasMethod } from './alias.js';
import { NONE_EXCLUDED, type Balancer, type Picker } from './balancer.js';
import { consistentHash, hash32 } from './consistent-hash.js';
import { interleavedWeightedRoundRobin } from './interleaved-weighted-round-robin.js';
import { leastInFlight } from './least-in-flight.js';
import { weightedRandom } from './weighted-random.js';
import { weightedRoundRobin } from './weighted-round-robin.js';

const weighted = [
  toInstance({ address: 'a:1', weight: 6 }),
  toInstance({ address: 'b:1', weight: 3 }),
  toInstance({ address: 'c:1', weight: 1 }),
];
const byArgument = (virtualNodes?: number) =>
  consistentHash({ key: ({ args }) => String(args['id']), virtualNodes });

function shares(picker: Picker, count: number): Record<string, number> {
  const seen: Record<string, number> = {};
  for (let id = 0; id < count; id += 1) {
    const instance = picker.pick(outgoing({ args: { id } }), NONE_EXCLUDED)!;
    picker.release?.(instance);
    seen[instance.address] = (seen[instance.address] ?? 0) + 1;
  }
  return seen;
}

/** Numbers that cover 0 to 1 evenly, so that shares are exact and not a matter of luck. */
function evenly(): () => number {
  let n = 0;
  return () => (n++ * 0.618_033_988_749) % 1;
}

describe.each<[string, () => Balancer]>([
  ['weighted_round_robin', weightedRoundRobin],
  ['interleaved_weighted_round_robin', interleavedWeightedRoundRobin],
  ['weighted_random', () => weightedRandom(evenly())],
  ['weighted_random_with_alias_method', () => aliasMethod(evenly())],
  ['consistent_hash', () => byArgument()],
  ['least_in_flight', leastInFlight],
])('%s', (name, create) => {
  it('is called so', () => {
    expect(create().name).toBe(name);
  });

  it('picks only what is not excluded, down to nothing', () => {
    const picker = create().createPicker(weighted);
    for (let id = 0; id < 30; id += 1) {
      const call = outgoing({ args: { id } });
      expect(picker.pick(call, ['a:1', 'b:1'])?.address).toBe('c:1');
      expect(picker.pick(call, ['a:1', 'b:1', 'c:1'])).toBeUndefined();
    }
  });

  it('leaves out instances of weight 0 and copes with none', () => {
    const none = create().createPicker([toInstance({ address: 'a:1', weight: 0 })]);
    expect(none.size).toBe(0);
    expect(none.pick(outgoing(), NONE_EXCLUDED)).toBeUndefined();
  });
});

describe.each<[string, Balancer]>([
  ['weighted random', weightedRandom(evenly())],
  ['the alias method', aliasMethod(evenly())],
])('%s', (_name, balancer) => {
  it('gives shares by weight', () => {
    const seen = shares(balancer.createPicker(weighted), 10_000);
    expect(seen['a:1']! / 10_000).toBeCloseTo(0.6, 2);
    expect(seen['b:1']! / 10_000).toBeCloseTo(0.3, 2);
    expect(seen['c:1']! / 10_000).toBeCloseTo(0.1, 2);
  });
});

describe('interleaved weighted round robin', () => {
  it('lets heavier instances take part in more rounds', () => {
    const picker = interleavedWeightedRoundRobin(() => 0).createPicker([
      toInstance({ address: 'a:1', weight: 30 }),
      toInstance({ address: 'b:1', weight: 20 }),
      toInstance({ address: 'c:1', weight: 10 }),
    ]);
    const picks = Array.from({ length: 6 }, () => picker.pick(outgoing(), NONE_EXCLUDED)?.address);
    expect(picks).toEqual(['a:1', 'b:1', 'c:1', 'a:1', 'b:1', 'a:1']);
  });
});

describe('consistent hash', () => {
  const five = ['a:1', 'b:1', 'c:1', 'd:1', 'e:1'].map((address) => toInstance(address));
  const owner = (picker: Picker, id: number) =>
    picker.pick(outgoing({ args: { id } }), NONE_EXCLUDED)?.address;

  it('is the same in every process', () => {
    expect(['', 'a', 'user 42', 'grüße'].map(hash32)).toMatchInlineSnapshot(`
     [
       2872998923,
       444641715,
       1822207143,
       1374524770,
     ]
    `);
    const picker = byArgument().createPicker(five);
    expect([1, 2, 3, 4, 5, 6].map((id) => owner(picker, id))).toMatchInlineSnapshot(`
     [
       "c:1",
       "d:1",
       "c:1",
       "d:1",
       "a:1",
       "d:1",
     ]
    `);
  });

  it('does not depend on the order of the instances', () => {
    const one = byArgument().createPicker(five);
    const other = byArgument().createPicker(five.toReversed());
    const ids = Array.from({ length: 500 }, (_, id) => id);
    expect(ids.map((id) => owner(one, id))).toEqual(ids.map((id) => owner(other, id)));
  });

  it('moves only the keys of the instance that is gone', () => {
    const before = byArgument().createPicker(five);
    const after = byArgument().createPicker(five.slice(1));
    const ids = Array.from({ length: 2_000 }, (_, id) => id);
    const moved = ids.filter((id) => owner(before, id) !== owner(after, id));
    expect(moved.length).toBeGreaterThan(0);
    expect(new Set(moved.map((id) => owner(before, id)))).toEqual(new Set(['a:1']));
  });

  it('spreads keys over equal instances as evenly as chance does with the default number of places', () => {
    const seen = shares(byArgument().createPicker(five), 2_000);
    const chiSquare = Object.values(seen).reduce((sum, n) => sum + (n - 400) ** 2 / 400, 0);
    // The limit that chance exceeds once in a hundred times with 4 degrees of freedom.
    expect(chiSquare).toBeLessThan(13.28);
  });

  it('gives places by weight', () => {
    const seen = shares(byArgument(500).createPicker(weighted), 20_000);
    expect(seen['a:1']! / 20_000).toBeGreaterThan(0.5);
    expect(seen['a:1']! / 20_000).toBeLessThan(0.7);
    expect(seen['c:1']! / 20_000).toBeLessThan(0.15);
  });

  it('refuses a number of places out of range', () => {
    expect(() => byArgument(0)).toThrow(
      'consistentHash.virtualNodes must be an integer from 1 to 10000; got 0',
    );
  });
});

describe('least in flight', () => {
  const two = [toInstance('a:1'), toInstance('b:1')];

  it('avoids the instance that is busy', () => {
    const picker = leastInFlight().createPicker(two);
    const slow = picker.pick(outgoing(), NONE_EXCLUDED)!;
    const other = slow.address === 'a:1' ? 'b:1' : 'a:1';
    for (let i = 0; i < 5; i += 1) {
      const quick = picker.pick(outgoing(), NONE_EXCLUDED)!;
      expect(quick.address).toBe(other);
      picker.release?.(quick);
    }
  });

  it('gives shares by weight when calls come one at a time', () => {
    expect(shares(leastInFlight().createPicker(weighted), 1_000)).toEqual({
      'a:1': 600,
      'b:1': 300,
      'c:1': 100,
    });
  });

  it('gives an instance in its slow start a small share', () => {
    const picker = leastInFlight().createPicker([
      ...two,
      toInstance({ address: 'new:1', weight: 1 }),
    ]);
    expect(shares(picker, 210)).toEqual({ 'a:1': 100, 'b:1': 100, 'new:1': 10 });
  });

  it('gives a heavy instance that hangs a falling share', () => {
    const picker = leastInFlight().createPicker(weighted);
    const seen: Record<string, number> = { 'a:1': 0, 'b:1': 0, 'c:1': 0 };
    for (let i = 0; i < 1_000; i += 1) {
      const instance = picker.pick(outgoing(), NONE_EXCLUDED)!;
      seen[instance.address]! += 1;
      if (instance.address !== 'a:1') {
        picker.release?.(instance);
      }
    }
    expect(seen['a:1']).toBeLessThan(100);
    expect(seen['b:1']! / seen['c:1']!).toBeCloseTo(3, 0);
  });

  it('keeps count when the list of instances changes', () => {
    const balancer = leastInFlight();
    const before = balancer.createPicker(two);
    const slow = before.pick(outgoing(), NONE_EXCLUDED)!;
    const after = balancer.createPicker(two);
    const quick = after.pick(outgoing(), NONE_EXCLUDED)!;
    expect(quick.address).not.toBe(slow.address);
    before.release?.(slow);
    expect(after.pick(outgoing(), NONE_EXCLUDED)?.address).toBe(slow.address);
  });
});
