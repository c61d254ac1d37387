import { check } from './check.js';
import type { FuzzTarget } from './fuzz-target.js';
import { mutate } from './mutate.js';
import { Random } from '#test/random.js';

/** Findings of one run; more of them mostly say the same again. */
const MAX_FINDINGS = 5;

/** Notifications of a run. */
export interface FuzzListener {
  /** About to use an input: the last one is to blame if nothing more is heard. */
  trying(input: Buffer, index: number): void;
  found(input: Buffer, index: number, error: Error): void;
}

/**
 * Uses inputs made from the corpus until the time is over or enough has been found. The input of an index depends on the
 * seed and the corpus alone. Returns how many were used.
 */
export async function fuzz(
  target: FuzzTarget,
  corpus: readonly Buffer[],
  seed: number,
  endsAt: number,
  listener: FuzzListener,
): Promise<number> {
  const texts = new Set<string>();
  let index = 0;
  while (performance.now() < endsAt && texts.size < MAX_FINDINGS) {
    const input = mutate(corpus, new Random(seed, index), target.words);
    listener.trying(input, index);
    try {
      await check(target, input);
    } catch (error) {
      const text = (error as Error).message.replaceAll(/\d+/g, '0').slice(0, 60);
      if (!texts.has(text)) {
        listener.found(input, index, error as Error);
      }
      texts.add(text);
    }
    index++;
  }
  return index;
}
