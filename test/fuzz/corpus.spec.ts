import { check } from './check.js';
import { corpusOf } from './corpus.js';
import { targets } from './targets/index.js';

describe.each(targets)('kept inputs of $name', (target) => {
  afterAll(() => target.close?.());

  it.each(corpusOf(target))('$file does no harm', async ({ input }) => {
    await expect(check(target, input)).resolves.toBeUndefined();
  });
});
