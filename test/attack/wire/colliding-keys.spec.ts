import { collidingDoubles, collidingInts, collidingLongs } from './colliding-keys.js';

const COUNT = 1_000;
const HASH_BITS = 0x3fffffffn;
const BUCKETS = 0xffffn;

const u32 = (value: bigint): bigint => BigInt.asUintN(32, value);
const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);

/** ComputeUnseededHash of V8 (src/utils/utils.h). */
function hash32(key: number): bigint {
  let hash = u32(BigInt(key));
  hash = u32(~hash + (hash << 15n));
  hash ^= hash >> 12n;
  hash = u32(hash + (hash << 2n));
  hash ^= hash >> 4n;
  hash = u32(hash * 2057n);
  hash ^= hash >> 16n;
  return hash & HASH_BITS;
}

/** ComputeLongHash of V8 (src/utils/utils.h). */
function hash64(key: bigint): bigint {
  let hash = u64(key);
  hash = u64(~hash + (hash << 18n));
  hash ^= hash >> 31n;
  hash = u64(hash * 21n);
  hash ^= hash >> 11n;
  hash = u64(hash + (hash << 6n));
  hash ^= hash >> 22n;
  return hash & HASH_BITS;
}

function bitsOf(value: number): bigint {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.readBigUInt64BE();
}

describe('colliding keys', () => {
  it('share the bucket of different 32-bit integers', () => {
    const keys = collidingInts(COUNT);

    expect(new Set(keys).size).toBe(COUNT);
    expect(keys.every((key) => Number.isInteger(key) && (key | 0) === key)).toBe(true);
    expect(new Set(keys.map((key) => hash32(key) & BUCKETS)).size).toBe(1);
  });

  it('share the hash of different positive 64-bit integers', () => {
    const keys = collidingLongs(COUNT);

    expect(new Set(keys).size).toBe(COUNT);
    expect(keys.every((key) => key > 0n && BigInt.asIntN(64, key) === key)).toBe(true);
    expect(new Set(keys.map(hash64)).size).toBe(1);
  });

  it('share the hash of different doubles that are not integers', () => {
    const keys = collidingDoubles(COUNT);

    expect(new Set(keys).size).toBe(COUNT);
    expect(keys.some((key) => Number.isInteger(key) || Number.isNaN(key))).toBe(false);
    expect(new Set(keys.map((key) => hash64(bitsOf(key)))).size).toBe(1);
  });
});
