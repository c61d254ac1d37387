import { check } from './check.js';
import { fuzz } from './fuzz-loop.js';
import type { FuzzTarget } from './fuzz-target.js';
import { MAX_INPUT_BYTES, mutate } from './mutate.js';
import { Random } from '#test/random.js';
import { targetOf, targets } from './targets/index.js';

const corpus = [Buffer.from('a frame of some length'), Buffer.from('another one')];

/** The first inputs of a seed. */
function inputsOf(seed: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    mutate(corpus, new Random(seed, index)).toString('hex'),
  );
}

describe('the fuzzer', () => {
  it('makes the same inputs of the same seed, and others of another', () => {
    const first = inputsOf(1, 200);
    expect(inputsOf(1, 200)).toEqual(first);
    expect(inputsOf(2, 200)).not.toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(150);
  });

  it('keeps inputs within their bound', () => {
    const long = [Buffer.alloc(MAX_INPUT_BYTES, 1)];
    for (let index = 0; index < 500; index++) {
      expect(mutate(long, new Random(3, index)).length).toBeLessThanOrEqual(MAX_INPUT_BYTES);
    }
  });

  it('finds a planted fault, says which input it was, and goes on to others', async () => {
    const broken: FuzzTarget = {
      name: 'broken',
      run(input) {
        if (input.length === 0) {
          throw new TypeError('nothing there');
        }
        if (input[0] !== 0x61) {
          throw new RangeError(`byte ${input[0]} at the start`);
        }
      },
    };
    const found: { index: number; text: string; input: Buffer }[] = [];
    let tried = 0;
    await fuzz(broken, corpus, 7, performance.now() + 500, {
      trying: () => tried++,
      found: (input, index, error) => found.push({ input, index, text: String(error) }),
    });
    expect(tried).toBeGreaterThan(100);
    // Texts that differ in numbers alone are one finding.
    expect(found.map(({ text }) => text.slice(0, 9)).sort()).toEqual(['RangeErro', 'TypeError']);
    for (const { input, index } of found) {
      expect(mutate(corpus, new Random(7, index))).toEqual(input);
      await expect(check(broken, input)).rejects.toThrow(/nothing there|at the start/);
    }
  });

  it('takes much memory for a small input as a fault', async () => {
    const held: Buffer[] = [];
    // Far more than a collection in between can free. The pages are never touched.
    const greedy: FuzzTarget = {
      name: 'greedy',
      run: () => void held.push(Buffer.alloc(256 * 1024 * 1024)),
    };
    await expect(check(greedy, Buffer.from('1'))).rejects.toThrow(
      /^greedy took \d+ bytes of memory for 1 bytes$/,
    );
  });

  it('takes much time for a small input as a fault', async () => {
    const slow: FuzzTarget = {
      name: 'slow',
      run() {
        const until = performance.now() + 300;
        while (performance.now() < until) {}
      },
    };
    await expect(check(slow, Buffer.from('1'))).rejects.toThrow(/^slow took \d+ ms for 1 bytes$/);
  });

  it('names its targets when asked for another', () => {
    expect(targets.map(({ name }) => targetOf(name))).toEqual(targets);
    expect(() => targetOf('gif')).toThrow('there is no fuzz target gif; there are message-reader,');
  });
});
