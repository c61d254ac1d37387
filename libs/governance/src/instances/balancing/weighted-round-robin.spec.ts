import { toInstance } from '../discovery/instance.js';
import { outgoing } from '../../../test/calls.js';
import { NONE_EXCLUDED, type Picker } from './balancer.js';
import { weightedRoundRobin } from './weighted-round-robin.js';

const call = outgoing();

function picks(picker: Picker, count: number, excluded = NONE_EXCLUDED): (string | undefined)[] {
  return Array.from({ length: count }, () => picker.pick(call, excluded)?.address);
}

describe('weightedRoundRobin', () => {
  const weighted = [
    toInstance({ address: 'a:1', weight: 5 }),
    toInstance({ address: 'b:1', weight: 1 }),
    toInstance({ address: 'c:1', weight: 1 }),
  ];

  it('interleaves a heavy instance with the light ones', () => {
    const picker = weightedRoundRobin(() => 0).createPicker(weighted);
    expect(picks(picker, 7)).toEqual(['a:1', 'a:1', 'b:1', 'a:1', 'c:1', 'a:1', 'a:1']);
  });

  it('gives exact shares over every full cycle from any start', () => {
    const picker = weightedRoundRobin(() => 0.73).createPicker(weighted);
    const seen = picks(picker, 700);
    expect(seen.filter((address) => address === 'a:1')).toHaveLength(500);
    expect(seen.filter((address) => address === 'b:1')).toHaveLength(100);
  });

  it('takes equal instances in turn from a random start', () => {
    const picker = weightedRoundRobin(() => 0.5).createPicker(
      ['a:1', 'b:1', 'c:1'].map(toInstance),
    );
    expect(picks(picker, 4)).toEqual(['b:1', 'c:1', 'a:1', 'b:1']);
  });

  it.each([
    ['equal', ['a:1', 'b:1', 'c:1'].map(toInstance)],
    ['weighted', weighted],
  ])('never picks an excluded instance of %s weight', (_kind, instances) => {
    const picker = weightedRoundRobin().createPicker(instances);
    expect(new Set(picks(picker, 50, ['a:1', 'c:1']))).toEqual(new Set(['b:1']));
    expect(picker.pick(call, ['a:1', 'b:1', 'c:1'])).toBeUndefined();
  });

  it('leaves out instances of weight 0', () => {
    const picker = weightedRoundRobin().createPicker([
      toInstance({ address: 'a:1', weight: 0 }),
      toInstance('b:1'),
    ]);
    expect(picker.size).toBe(1);
    expect(picks(picker, 2)).toEqual(['b:1', 'b:1']);
  });
});
