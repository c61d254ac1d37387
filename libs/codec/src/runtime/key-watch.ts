import { collidingKeys } from './failures.js';
import { isSame } from './scalar-table.js';
import { randomWord } from './seeded-hash.js';
import { v8Hash } from './v8-hash.js';

/** Maps with fewer entries cost at most six times as much when all of their keys collide. */
const LEAST_ENTRIES = 128;
/**
 * An entry of the sample is followed by the next at random within this many, a power of two. V8 takes five times as long to
 * compare bigints as numbers, so that shorter chains of them have to be found.
 */
const MAX_DISTANCE = 128;
const MAX_BIGINT_DISTANCE = 32;
/** Of a linear congruential generator (Numerical Recipes): drawing each distance from the system takes longer than the rest. */
const MULTIPLIER = 1_664_525;
const INCREMENT = 1_013_904_223;
/** A sample has a place for each of this many entries: four times what it takes on average, so that few keys share a slot. */
const ENTRIES_PER_PLACE = 4;
/** The most places whose memory is kept for the next map. */
const MAX_KEPT_PLACES = 8192;
/** Keys of a sample in one slot, and pairs of keys that share one, from which on it is suspicious. */
const SUSPICIOUS_KEYS = 4;
const SUSPICIOUS_PAIRS = 10;
/**
 * What a map may have of keys in one bucket of V8, and of pairs of keys in one bucket for each key: as many as a search
 * looks at on average. Ordinary keys have 15 and 1, multiples of large powers of two up to 47 and 2.
 */
const MAX_BUCKET_KEYS = 48;
const MAX_PAIRS_PER_KEY = 8;

/**
 * Finds the map whose keys a peer has chosen to collide: V8 hashes numbers and bigints without a seed, so that such keys can
 * be computed, and a Map takes quadratic time for them. Looks at a sample of the keys, and at all when that is suspicious.
 */
export class KeyWatch {
  /** Index of the first entry of the sample; -1 for none. Random, so that a peer cannot keep its keys out. */
  first = -1;
  #next = -1;
  #random = 0;
  /** The keys of the sample; a key that comes again is in it once. The memory may be longer than is used, as that of the rest. */
  readonly #keys: unknown[] = [];
  #count = 0;
  /** Places for keys, and slots: a power of two. */
  #places = 0;
  /** Per slot the place of its last key, counted from 1; 0 for none. */
  #heads = new Int32Array(0);
  /** Per key the place of the one before it in its slot. */
  #links = new Int32Array(0);
  #pairs = 0;
  /** How much more than usual has turned out to be harmless for this map. */
  #keysTolerance = 1;
  #pairsTolerance = 1;

  /** Begins with a map of `count` entries. */
  open(count: number): this {
    const places = 1 << (32 - Math.clz32(count / ENTRIES_PER_PLACE));
    if (this.#heads.length < places) {
      this.#heads = new Int32Array(places);
      this.#links = new Int32Array(places);
    } else {
      this.#heads.fill(0, 0, places);
    }
    this.#places = places;
    this.#count = 0;
    this.#pairs = 0;
    this.#keysTolerance = 1;
    this.#pairsTolerance = 1;
    this.#random = randomWord();
    this.#next = this.#distance(MAX_BIGINT_DISTANCE);
    this.first = this.#next;
    return this;
  }

  /**
   * Adds the key of the entry that was next to the sample.
   *
   * @param map to which the entry has been added.
   * @param where path of the map, for the error.
   * @returns the index of the next entry of the sample; -1 when there is none.
   * @throws ProtocolError `DECODE_LIMIT` when the keys of the map collide.
   */
  check(key: unknown, map: ReadonlyMap<unknown, unknown>, where: string): number {
    this.#next += 1 + this.#distance(typeof key === 'bigint' ? MAX_BIGINT_DISTANCE : MAX_DISTANCE);
    const slot = v8Hash(key) & (this.#places - 1);
    const head = this.#heads[slot]!;
    let sharing = 0;
    for (let at = head; at > 0; at = this.#links[at - 1]!) {
      if (isSame(this.#keys[at - 1], key)) {
        return this.#next;
      }
      sharing += 1;
    }
    this.#keys[this.#count] = key;
    this.#links[this.#count] = head;
    this.#count += 1;
    this.#heads[slot] = this.#count;
    if (sharing > 0) {
      this.#judge(sharing, map, where);
    }
    return this.#count < this.#places ? this.#next : -1;
  }

  /** Gives the watch back for another map. */
  close(): void {
    if (this.first < 0 || this.#places > MAX_KEPT_PLACES) {
      return;
    }
    // oxlint-disable-next-line typescript/no-this-alias -- it keeps the object for the next map
    spare = this;
  }

  /** Looks at the whole map when the sample is suspicious. @param sharing keys in the slot of the last one. */
  #judge(sharing: number, map: ReadonlyMap<unknown, unknown>, where: string): void {
    this.#pairs += sharing;
    if (sharing >= SUSPICIOUS_KEYS * this.#keysTolerance) {
      this.#keysTolerance *= 2;
      verify(map, where);
    }
    if (this.#pairs > (SUSPICIOUS_PAIRS + this.#count / 2) * this.#pairsTolerance) {
      this.#pairsTolerance *= 2;
      verify(map, where);
    }
  }

  /** A random number below `limit`, a power of two: the upper bits of a word, which change most. */
  #distance(limit: number): number {
    this.#random = (Math.imul(this.#random, MULTIPLIER) + INCREMENT) | 0;
    return (this.#random >>> 16) & (limit - 1);
  }
}

const IDLE = new KeyWatch();
let spare: KeyWatch | undefined;

/** A watch for a map of `count` entries. */
export function watchKeys(count: number): KeyWatch {
  if (count < LEAST_ENTRIES) {
    return IDLE;
  }
  const watch = spare ?? new KeyWatch();
  // Maps inside of this one take others.
  spare = undefined;
  return watch.open(count);
}

/**
 * A map of entries whose keys a peer chose, all of them of one type.
 *
 * @param where path of the map, for the error.
 * @throws ProtocolError `DECODE_LIMIT` when the keys collide.
 */
export function watchedMap<K, V>(entries: readonly (readonly [K, V])[], where: string): Map<K, V> {
  const map = new Map<K, V>();
  const first = entries[0]?.[0];
  const isChosen = typeof first === 'number' || typeof first === 'bigint';
  const watch = watchKeys(isChosen ? entries.length : 0);
  let next = watch.first;
  for (const [index, [key, value]] of entries.entries()) {
    map.set(key, value);
    if (index === next) {
      next = watch.check(key, map, where);
    }
  }
  watch.close();
  return map;
}

/** Throws if the keys of a map collide in a table with as many buckets as V8 has for them. */
function verify(map: ReadonlyMap<unknown, unknown>, where: string): void {
  const mask = 2 ** (31 - Math.clz32(map.size)) - 1;
  const buckets = new Uint32Array(mask + 1);
  let pairs = 0;
  let largest = 0;
  for (const key of map.keys()) {
    const bucket = v8Hash(key) & mask;
    pairs += buckets[bucket]!;
    buckets[bucket]! += 1;
    largest = Math.max(largest, buckets[bucket]!);
  }
  if (largest > MAX_BUCKET_KEYS || pairs > map.size * MAX_PAIRS_PER_KEY) {
    throw collidingKeys(where);
  }
}
