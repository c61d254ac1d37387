import { BoundedValues } from './metric-factory.js';

describe('BoundedValues', () => {
  it('keeps the values that came first and counts the others as one', () => {
    const values = new BoundedValues(2);
    expect(['a', 'b', 'c', 'a', 'd'].map((value) => values.admit(value))).toEqual([
      'a',
      'b',
      'other',
      'a',
      'other',
    ]);
  });
});
