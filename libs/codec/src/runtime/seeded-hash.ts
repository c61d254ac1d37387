import { bigintHalves, doubleHalves, doubles, HIGH, LOW, splitI64 } from './halves.js';

/*
 * Hashing by random multipliers ("multiply-shift", Dietzfelbinger et al. 1997): whichever two words a peer chooses, they
 * share one of `2 ** bits` buckets with a chance of at most `2 / 2 ** bits`, because the multipliers are drawn after
 * the peer has chosen. V8's own hash of numbers has no seed, so that colliding numbers can be computed.
 */
const words = new Int32Array(1024);
let unused = 0;

/** 32 random bits that no peer can predict. */
export function randomWord(): number {
  if (unused === 0) {
    globalThis.crypto.getRandomValues(words);
    unused = words.length;
  }
  unused -= 1;
  return words[unused]!;
}

/** A hash of numbers and bigints into `2 ** bits` buckets, another one for each instance. */
export class SeededHash {
  readonly #shift: number;
  readonly #low = randomWord() | 1;
  readonly #high = randomWord() | 1;

  /** @param bits of the hash, 1 to 31. */
  constructor(bits: number) {
    this.#shift = 32 - bits;
  }

  /** The bucket of a number; 0 and -0 share one, and so do all NaN, as they are one key of a Set. */
  ofNumber(value: number): number {
    if ((value | 0) === value) {
      return Math.imul(value, this.#low) >>> this.#shift;
    }
    // NaN read from the wire may keep the bits it came with.
    doubles[0] = Number.isNaN(value) ? NaN : value;
    return this.#ofHalves(doubleHalves[LOW]!, doubleHalves[HIGH]!);
  }

  /** The bucket of a bigint; -1 for one that is not an i64. */
  ofBigint(value: bigint): number {
    return splitI64(value) ? this.#ofHalves(bigintHalves[LOW]!, bigintHalves[HIGH]!) : -1;
  }

  #ofHalves(low: number, high: number): number {
    return (Math.imul(low, this.#low) + Math.imul(high, this.#high)) >>> this.#shift;
  }
}
