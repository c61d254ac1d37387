import { collidingKeys } from './failures.js';
import { isSame } from './scalar-table.js';
import { randomWord } from './seeded-hash.js';
import { v8Hash } from './v8-hash.js';

/** Maps with fewer entries cost at most six times as much when all of their keys collide. */
const LEAST_ENTRIES = 64;
/** One entry of eight is in the sample: emitted code asks for `(index & 7) === turn`. */
const STRIDE = 8;
/** Keys that a sample has slots for in the beginning, and the most whose memory is kept for the next map. */
const FIRST_KEYS = LEAST_ENTRIES / STRIDE;
const MAX_KEPT_KEYS = 1024;
/** Slots per key: about as many as V8 has buckets for the whole map. */
const SLOTS_PER_KEY = 2;
/** Keys of a sample in one slot, and pairs of keys that share one, from which on it is suspicious. */
const SUSPICIOUS_KEYS = 8;
const SUSPICIOUS_PAIRS = 16;
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
  /** Which entries are in the sample; -1 for none. Random, so that a peer cannot keep its keys out. */
  turn = -1;
  readonly #keys: unknown[] = [];
  #capacity = FIRST_KEYS;
  /** Per slot the place of its last key, counted from 1; 0 for none. The memory may be longer than is used. */
  #heads = new Int32Array(FIRST_KEYS * SLOTS_PER_KEY);
  /** Per key the place of the one before it in its slot. */
  #links = new Int32Array(FIRST_KEYS);
  #pairs = 0;
  /** How much more than usual has turned out to be harmless for this map. */
  #keysTolerance = 1;
  #pairsTolerance = 1;

  /** Begins with another map. */
  open(): this {
    this.turn = randomWord() & (STRIDE - 1);
    return this;
  }

  /**
   * Adds a key to the sample.
   *
   * @param map to which the entry has been added.
   * @param where path of the map, for the error.
   * @throws ProtocolError `DECODE_LIMIT` when the keys of the map collide.
   */
  check(key: unknown, map: ReadonlyMap<unknown, unknown>, where: string): void {
    const slot = this.#slotOf(key);
    let sharing = 0;
    for (let at = this.#heads[slot]!; at > 0; at = this.#links[at - 1]!) {
      if (isSame(this.#keys[at - 1], key)) {
        return;
      }
      sharing += 1;
    }
    const keys = this.#keys.push(key);
    this.#link(keys, slot);
    this.#pairs += sharing;
    if (sharing >= SUSPICIOUS_KEYS * this.#keysTolerance) {
      this.#keysTolerance *= 2;
      verify(map, where);
    }
    if (this.#pairs > (SUSPICIOUS_PAIRS + keys / 2) * this.#pairsTolerance) {
      this.#pairsTolerance *= 2;
      verify(map, where);
    }
    if (keys === this.#capacity) {
      this.#grow();
    }
  }

  /** Gives the watch back for another map. */
  close(): void {
    if (this.turn < 0 || this.#capacity > MAX_KEPT_KEYS) {
      return;
    }
    this.#heads.fill(0, 0, this.#capacity * SLOTS_PER_KEY);
    this.#capacity = FIRST_KEYS;
    this.#keys.length = 0;
    this.#pairs = 0;
    this.#keysTolerance = 1;
    this.#pairsTolerance = 1;
    // oxlint-disable-next-line typescript/no-this-alias -- it keeps the object for the next map
    spare = this;
  }

  #slotOf(key: unknown): number {
    return v8Hash(key) & (this.#capacity * SLOTS_PER_KEY - 1);
  }

  #link(place: number, slot: number): void {
    this.#links[place - 1] = this.#heads[slot]!;
    this.#heads[slot] = place;
  }

  /** Twice as many slots; pairs that share one of them have had their turn. */
  #grow(): void {
    this.#capacity *= 2;
    const slots = this.#capacity * SLOTS_PER_KEY;
    if (this.#heads.length < slots) {
      this.#heads = new Int32Array(slots);
      this.#links = new Int32Array(this.#capacity);
    } else {
      this.#heads.fill(0, 0, slots);
    }
    for (let place = 1; place <= this.#keys.length; place += 1) {
      this.#link(place, this.#slotOf(this.#keys[place - 1]));
    }
    this.#pairs /= 2;
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
  return watch.open();
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
    throw collidingKeys(where, map.size);
  }
}
