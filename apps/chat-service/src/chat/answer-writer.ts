import { setTimeout as delay } from 'node:timers/promises';

const WORDS = [
  'a stream carries words while the answer is written so each reader sees them at once',
  'and a reader who leaves ends the work behind it',
].flatMap((sentence) => sentence.split(' '));

/** Writes answers as a language model does, word by word, but always the same ones to the same question. */
export class AnswerWriter {
  readonly #wordMs: number;

  /** @param wordMs time that a word takes, in milliseconds. */
  constructor(wordMs: number) {
    this.#wordMs = wordMs;
  }

  /**
   * The words of an answer, all but the first with a space before them.
   *
   * @param signal ends the answer: the wait for the next word rejects with an `AbortError`.
   */
  async *write(question: string, words: number, signal: AbortSignal): AsyncGenerator<string> {
    let state = hash(question);
    for (let index = 0; index < words; index++) {
      await delay(this.#wordMs, undefined, { signal });
      state = next(state);
      yield (index === 0 ? '' : ' ') + WORDS[state % WORDS.length]!;
    }
  }
}

/** FNV-1a, of 32 bits. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return state;
}

/** Xorshift, of 32 bits; 0 would stay 0. */
function next(state: number): number {
  let value = state === 0 ? 1 : state;
  value ^= value << 13;
  value ^= value >>> 17;
  value ^= value << 5;
  return value >>> 0;
}
