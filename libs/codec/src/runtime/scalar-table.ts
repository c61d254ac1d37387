import { SeededHash } from './seeded-hash.js';

/** Tables of up to this many values use the same memory, one table after another. */
const SHARED_VALUES = 1 << 14;
let sharedHeads = new Int32Array(0);
let sharedLinks = new Int32Array(0);

/** Text that V8 before Node 20.20.2, 22.22.2 and 24.14.1 hashes without a seed, as a number. */
const ARRAY_INDEX = /^(?:0|[1-9]\d{0,9})$/;
const ARRAY_INDEX_LENGTH = 10;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * Finds the scalars of an array that repeat an earlier one, equal as a Set compares them. A Set takes quadratic time for
 * numbers that a peer has chosen to collide in V8's hash; this does not. Use one table at a time.
 */
export class ScalarTable {
  readonly #values: readonly unknown[];
  readonly #hash: SeededHash;
  /** Per bucket the index of its last value, counted from 1; 0 for none. */
  readonly #heads: Int32Array;
  /** Per value the one before it in its bucket, counted from 1. */
  readonly #links: Int32Array;
  /** Values that V8 hashes with a seed. */
  #others: Set<unknown> | undefined;

  constructor(values: readonly unknown[]) {
    const { length } = values;
    const bits = Math.max(32 - Math.clz32(length), 1);
    const buckets = 2 ** bits;
    if (length > SHARED_VALUES) {
      this.#heads = new Int32Array(buckets);
      this.#links = new Int32Array(length);
    } else {
      shareMemory(buckets);
      this.#heads = sharedHeads;
      this.#links = sharedLinks;
    }
    this.#values = values;
    this.#hash = new SeededHash(bits);
  }

  /** Whether the value at `index` equals one whose index was given before. A bigint that is not an i64 equals none. */
  repeats(index: number): boolean {
    const value = this.#values[index];
    switch (typeof value) {
      case 'number':
        return this.#repeatsIn(this.#hash.ofNumber(value), index, value);
      case 'bigint':
        return this.#repeatsIn(this.#hash.ofBigint(value), index, value);
      case 'string':
        if (!isArrayIndex(value)) {
          break;
        }
        return this.#repeatsIn(this.#hash.ofNumber(Number(value)), index, value);
    }
    const others = (this.#others ??= new Set());
    return others.size === others.add(value).size;
  }

  #repeatsIn(bucket: number, index: number, value: unknown): boolean {
    if (bucket < 0) {
      return false;
    }
    const head = this.#heads[bucket]!;
    for (let at = head; at > 0; at = this.#links[at - 1]!) {
      if (isSame(this.#values[at - 1], value)) {
        return true;
      }
    }
    this.#links[index] = head;
    this.#heads[bucket] = index + 1;
    return false;
  }
}

/** Zeroes for the heads; links are written before they are read. */
function shareMemory(buckets: number): void {
  if (sharedHeads.length >= buckets) {
    sharedHeads.fill(0, 0, buckets);
  } else {
    sharedHeads = new Int32Array(buckets);
    sharedLinks = new Int32Array(buckets);
  }
}

/** Equality of Map and Set: NaN equals itself, 0 equals -0. */
export function isSame(one: unknown, other: unknown): boolean {
  return one === other || (one !== one && other !== other);
}

function isArrayIndex(text: string): boolean {
  if (text.length > ARRAY_INDEX_LENGTH) {
    return false;
  }
  const first = text.charCodeAt(0);
  return first >= ZERO && first <= NINE && ARRAY_INDEX.test(text);
}
