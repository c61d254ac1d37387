/*
 * Keys that collide in the hash table of a JavaScript Map, as an attacker computes them: the steps of V8's hash can be
 * undone one by one, so that any number of keys with the same hash follows from numbers that differ elsewhere.
 */
const doubles = new Float64Array(1);
const doubleBits = new BigUint64Array(doubles.buffer);

/** Different i32 with as many of the lower bits of their hash in common as there are bits left: all of them below 65,536. */
export function collidingIntegers(count: number): number[] {
  const sharedBits = Math.clz32(count - 1);
  return Array.from({ length: count }, (_, index) => undoHash32(index << sharedBits));
}

/** Different positive i64 with the same hash. */
export function collidingBigints(count: number): bigint[] {
  return collidingWords(count, (bits) => (bits < 2n ** 63n && bits > 0n ? bits : undefined));
}

/** Different doubles with the same hash, none of which is an i32. */
export function collidingDoubles(count: number): number[] {
  return collidingWords(count, (bits) => {
    doubleBits[0] = bits;
    const [value] = doubles;
    return Number.isFinite(value) && !Number.isInteger(value) ? value : undefined;
  });
}

function collidingWords<T>(count: number, accept: (bits: bigint) => T | undefined): T[] {
  const keys: T[] = [];
  for (let index = 1n; keys.length < count; index += 1n) {
    const key = accept(undoHash64(((index * 0x9e37_79b9n) << 30n) | 0x1234n));
    if (key !== undefined) {
      keys.push(key);
    }
  }
  return keys;
}

/** The factors of both hashes, undone. */
const [OF_2057, OF_5, OF_32767] = [2057n, 5n, 2n ** 15n - 1n].map((factor) => inverse(factor, 32));
const [OF_65, OF_21, OF_262143] = [65n, 21n, 2n ** 18n - 1n].map((factor) => inverse(factor, 64));

function undoHash32(hash: number): number {
  let word = undoShift(BigInt(hash >>> 0), 16n, 32);
  word = undoShift(BigInt.asUintN(32, word * OF_2057!), 4n, 32);
  word = undoShift(BigInt.asUintN(32, word * OF_5!), 12n, 32);
  return Number(BigInt.asIntN(32, (word + 1n) * OF_32767!));
}

function undoHash64(hash: bigint): bigint {
  let word = undoShift(BigInt.asUintN(64, hash), 22n, 64);
  word = undoShift(BigInt.asUintN(64, word * OF_65!), 11n, 64);
  word = undoShift(BigInt.asUintN(64, word * OF_21!), 31n, 64);
  return BigInt.asUintN(64, (word + 1n) * OF_262143!);
}

/** The word that `word ^ (word >> shift)` was made of. */
function undoShift(word: bigint, shift: bigint, bits: number): bigint {
  let original = word;
  for (let known = shift; known < bits; known += shift) {
    original = word ^ (original >> shift);
  }
  return original;
}

/** What undoes a multiplication by an odd factor; Newton's method doubles the bits that are right. */
function inverse(factor: bigint, bits: number): bigint {
  let result = factor;
  for (let round = 0; round < 6; round += 1) {
    result = BigInt.asUintN(bits, result * (2n - factor * result));
  }
  return result;
}
