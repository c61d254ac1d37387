// V8 hashes numbers and BigInts in a Map or Set by fixed functions of 32 and 64 bits. Every step of them can be turned
// round, so keys are computed from the hashes that they are to have: such as share their lowest bits, which choose the bucket.

const BUCKET_BITS_32 = 16n;
const BUCKET_BITS_64 = 30n;
const BITS_32 = 32;
const BITS_64 = 64;

/** Integers of 32 bits that share a bucket of every Map and Set up to 2^16 buckets; at most 65,536. */
export function collidingInts(count: number): number[] {
  const keys: number[] = [];
  for (let index = 0n; keys.length < count; index++) {
    keys.push(Number(BigInt.asIntN(BITS_32, keyOfHash32(index << BUCKET_BITS_32))));
  }
  return keys;
}

/** Positive integers of 64 bits that share their whole hash. */
export function collidingLongs(count: number): bigint[] {
  const keys: bigint[] = [];
  for (let index = 0n; keys.length < count; index++) {
    const key = keyOfHash64(index << BUCKET_BITS_64);
    // BigInts are hashed by their magnitude, which for a negative one is another number.
    if (key > 0n && key < 1n << 63n) {
      keys.push(key);
    }
  }
  return keys;
}

/** Doubles, none of them an integer, that share their whole hash. */
export function collidingDoubles(count: number): number[] {
  const bits = Buffer.alloc(8);
  const keys: number[] = [];
  for (let index = 0n; keys.length < count; index++) {
    bits.writeBigUInt64BE(keyOfHash64(index << BUCKET_BITS_64));
    const key = bits.readDoubleBE();
    if (Number.isFinite(key) && !Number.isInteger(key)) {
      keys.push(key);
    }
  }
  return keys;
}

/** ComputeUnseededHash of V8, backwards. */
function keyOfHash32(hash: bigint): bigint {
  const number = new InvertedSteps(BITS_32, hash);
  return number.unshift(16n).divide(2057n).unshift(4n).divide(5n).unshift(12n).unnegate(15n).value;
}

/** ComputeLongHash of V8, backwards. */
function keyOfHash64(hash: bigint): bigint {
  const number = new InvertedSteps(BITS_64, hash);
  return number.unshift(22n).divide(65n).unshift(11n).divide(21n).unshift(31n).unnegate(18n).value;
}

/** Turns the steps of a hash function round, in numbers of so many bits. */
class InvertedSteps {
  readonly #bits: number;
  value: bigint;

  constructor(bits: number, value: bigint) {
    this.#bits = bits;
    this.value = BigInt.asUintN(bits, value);
  }

  /** Of `x ^= x >> by`. */
  unshift(by: bigint): this {
    let result = this.value;
    for (let known = Number(by); known < this.#bits; known += Number(by)) {
      result = this.value ^ (result >> by);
    }
    return this.#set(result);
  }

  /** Of `x *= by`, for an odd number. */
  divide(by: bigint): this {
    return this.#set(this.value * this.#inverse(by));
  }

  /** Of `x = ~x + (x << by)`. */
  unnegate(by: bigint): this {
    return this.#set((this.value + 1n) * this.#inverse((1n << by) - 1n));
  }

  /** Newton's method: every round doubles the number of correct bits. */
  #inverse(of: bigint): bigint {
    let inverse = of;
    for (let bits = 3; bits < this.#bits; bits *= 2) {
      inverse = BigInt.asUintN(this.#bits, inverse * (2n - of * inverse));
    }
    return inverse;
  }

  #set(value: bigint): this {
    this.value = BigInt.asUintN(this.#bits, value);
    return this;
  }
}
