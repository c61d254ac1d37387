import type { Random } from '#test/random.js';

/** Inputs are kept small: what a decoder does wrong with much, it does wrong with little. */
export const MAX_INPUT_BYTES = 8192;
const MAX_STEPS = 6;

const BYTES = [0, 1, 2, 8, 0x0b, 0x0c, 0x0d, 0x0f, 0x10, 0x7f, 0x80, 0x82, 0xfe, 0xff];
const WORDS = [0, 1, 0x7f, 0xff, 0x100, 0x7fff, 0xffff, 0x1000_0000, 0x7fff_ffff, 0xffff_ffff];

type Step = (input: Buffer, random: Random, corpus: readonly Buffer[]) => Buffer;

const steps: readonly Step[] = [
  function flipBit(input, random) {
    const changed = Buffer.from(input);
    if (changed.length > 0) {
      changed[random.below(changed.length)]! ^= 1 << random.below(8);
    }
    return changed;
  },
  function setByte(input, random) {
    const changed = Buffer.from(input);
    const value = random.below(2) === 0 ? random.pick(BYTES) : random.below(256);
    if (changed.length > 0) {
      changed[random.below(changed.length)] = value;
    }
    return changed;
  },
  function setWord(input, random) {
    const changed = Buffer.from(input);
    if (changed.length < 4) {
      return changed;
    }
    changed.writeUInt32BE(random.pick(WORDS), random.below(changed.length - 3));
    return changed;
  },
  function nudgeByte(input, random) {
    const changed = Buffer.from(input);
    if (changed.length > 0) {
      changed[random.below(changed.length)]! += random.below(2) === 0 ? 1 : -1;
    }
    return changed;
  },
  function cutOff(input, random) {
    return input.subarray(0, random.below(input.length + 1));
  },
  function remove(input, random) {
    const [start, end] = range(input, random);
    return Buffer.concat([input.subarray(0, start), input.subarray(end)]);
  },
  function insert(input, random) {
    const at = random.below(input.length + 1);
    const bytes = Buffer.from(Array.from({ length: 1 + random.below(8) }, () => random.below(256)));
    return Buffer.concat([input.subarray(0, at), bytes, input.subarray(at)]);
  },
  function repeat(input, random) {
    const [start, end] = range(input, random);
    const times = random.below(4) === 0 ? random.below(200) : 2;
    const part = input.subarray(start, end);
    const copies = Array.from({ length: times }, () => part);
    return Buffer.concat([input.subarray(0, end), ...copies, input.subarray(end)]);
  },
  function splice(input, random, corpus) {
    const other = random.pick(corpus);
    const [start, end] = range(other, random);
    const at = random.below(input.length + 1);
    return Buffer.concat([input.subarray(0, at), other.subarray(start, end), input.subarray(at)]);
  },
];

/** An input made from the corpus: the same one each time for the same random numbers. */
export function mutate(
  corpus: readonly Buffer[],
  random: Random,
  words: readonly string[] = [],
): Buffer {
  let input = random.pick(corpus);
  const count = 1 + random.below(MAX_STEPS);
  for (let step = 0; step < count; step++) {
    const useWord = words.length > 0 && random.below(2) === 0;
    input = useWord ? insertWord(input, random, words) : random.pick(steps)(input, random, corpus);
    if (input.length > MAX_INPUT_BYTES) {
      input = input.subarray(0, MAX_INPUT_BYTES);
    }
  }
  return input;
}

function insertWord(input: Buffer, random: Random, words: readonly string[]): Buffer {
  const at = random.below(input.length + 1);
  const word = Buffer.from(` ${random.pick(words)} `);
  return Buffer.concat([input.subarray(0, at), word, input.subarray(at)]);
}

function range(input: Buffer, random: Random): [start: number, end: number] {
  const start = random.below(input.length + 1);
  return [start, start + random.below(Math.min(input.length - start, 64) + 1)];
}
