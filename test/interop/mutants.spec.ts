import { readFileSync } from 'node:fs';
import mutants from './mutants.json' with { type: 'json' };

describe('mutants of the interop suite', () => {
  it.each(mutants)('finds the place of "$name" once in its source', ({ file, from, to }) => {
    const source = readFileSync(file, 'utf8');

    expect(source.split(from)).toHaveLength(2);
    expect(to).not.toBe(from);
  });
});
