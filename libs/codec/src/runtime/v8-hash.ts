import { bigintHalves, bigints, doubleHalves, doubles, HIGH, LOW } from './halves.js';

const TWO_TO_32 = 0x1_0000_0000;
/** Bits of a hash that V8 keeps. */
const HASH_BITS = 0x3fff_ffff;

/**
 * The hash by which V8 puts a number or an i64 as a bigint into a Map: it has no seed, and is the same from Node 20 to
 * 26 (`ComputeUnseededHash` and `ComputeLongHash`). 0 for other keys, whose hash a peer cannot choose.
 */
export function v8Hash(key: unknown): number {
  if (typeof key === 'number') {
    return hashOfNumber(key);
  }
  return typeof key === 'bigint' ? hashOfBigint(key) : 0;
}

function hashOfNumber(key: number): number {
  if ((key | 0) === key) {
    return hashOfWord(key);
  }
  doubles[0] = key;
  return hashOfHalves(doubleHalves[LOW]!, doubleHalves[HIGH]!);
}

/** V8 looks at the magnitude alone. */
function hashOfBigint(key: bigint): number {
  bigints[0] = key;
  const low = bigintHalves[LOW]!;
  const high = bigintHalves[HIGH]!;
  return high < 0 ? hashOfHalves(-low | 0, low === 0 ? -high | 0 : ~high) : hashOfHalves(low, high);
}

function hashOfWord(key: number): number {
  let hash = (~key + (key << 15)) | 0;
  hash ^= hash >>> 12;
  hash = (hash + (hash << 2)) | 0;
  hash ^= hash >>> 4;
  hash = Math.imul(hash, 2057);
  return (hash ^ (hash >>> 16)) & HASH_BITS;
}

/** On 64 bits, in halves: `hash = ~hash + (hash << 18)`, and so on, each half with what the other hands over. */
function hashOfHalves(low: number, high: number): number {
  let sum = (~low >>> 0) + ((low << 18) >>> 0);
  let h = (~high + ((high << 18) | (low >>> 14)) + (sum >= TWO_TO_32 ? 1 : 0)) | 0;
  let l = sum | 0;
  l ^= (h << 1) | (l >>> 31);
  h ^= h >>> 31;
  sum = (l >>> 0) * 21;
  h = (Math.imul(h, 21) + Math.floor(sum / TWO_TO_32)) | 0;
  l = sum | 0;
  l ^= (l >>> 11) | (h << 21);
  h ^= h >>> 11;
  sum = (l >>> 0) * 65;
  h = (Math.imul(h, 65) + Math.floor(sum / TWO_TO_32)) | 0;
  l = sum | 0;
  return (l ^ ((l >>> 22) | (h << 10))) & HASH_BITS;
}
