import type { OutgoingCall } from '@nestjs-thrift/transport';
import {
  callback,
  callbackError,
  flag,
  integer,
  type OptionsOf,
  plainAnswer,
  required,
  resolveOptions,
} from '@nestjs-thrift/transport/internal';
import { DEFAULT_WEIGHT, type Instance } from '../discovery/instance.js';
import { pickable, type Balancer, type Picker } from './balancer.js';

/**
 * A 32-bit hash of a text that is the same in every process: FNV-1a, with the last mixing of MurmurHash3 so that texts that
 * differ in their last letters end far apart.
 */
export function hash32(text: string): number {
  return mixed(fnv1a(text));
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash;
}

function mixed(bits: number): number {
  let hash = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Options of consistent hashing. */
export const CONSISTENT_HASH_OPTIONS = {
  /**
   * What ties calls together: calls of the same key go to the same instance while it is there. If it throws or returns anything but a
   * string, the call fails with a CallbackError. Kitex: GetKey.
   */
  key: required(callback<(call: OutgoingCall) => string>()),
  /**
   * Places on the ring of an instance of default weight, 1 to 10,000. More places spread keys more evenly: the shares of equal
   * instances differ by about 3 % with 1,000 places and by 10 % with 100. Default 1,000. Kitex: VirtualFactor, default 100.
   */
  virtualNodes: integer({ min: 1, max: 10_000, default: 1_000 }),
  /** Gives instances places by their weight. Default true. Kitex: Weighted. */
  weighted: flag({ default: true }),
};

/** How calls are tied to instances. Kitex: ConsistentHashOption. */
export interface ConsistentHashOptions extends OptionsOf<typeof CONSISTENT_HASH_OPTIONS> {}

/**
 * Sends calls of the same key to the same instance; when instances come and go only their share of the keys moves. The
 * ring is the same in every process, where Kitex seeds it per process. Kitex: NewConsistBalancer.
 *
 * @throws TypeError that names each wrong option.
 */
export function consistentHash(options: ConsistentHashOptions): Balancer {
  const { key, virtualNodes, weighted } = resolveOptions(
    'consistentHash',
    CONSISTENT_HASH_OPTIONS,
    options,
  );
  const placesOf = ({ weight }: Instance): number =>
    weighted ? Math.max(1, Math.round((virtualNodes * weight) / DEFAULT_WEIGHT)) : virtualNodes;
  return {
    name: 'consistent_hash',
    createPicker: (all) => new RingPicker(pickable(all), key, placesOf),
  };
}

/** A place is `hash * INDEXES + index of the instance`: one sorted array of numbers is the ring. */
const INDEXES = 2 ** 20;
/** Steps of the golden ratio: hashes of the places of an instance differ in all bits before they are mixed. */
const GOLDEN_RATIO = 0x9e3779b9;

class RingPicker implements Picker {
  readonly #instances: readonly Instance[];
  readonly #key: (call: OutgoingCall) => string;
  readonly #ring: Float64Array;

  constructor(
    instances: readonly Instance[],
    key: (call: OutgoingCall) => string,
    placesOf: (instance: Instance) => number,
  ) {
    // By address, so that two processes agree where hashes collide.
    this.#instances = instances.toSorted((a, b) => (a.address < b.address ? -1 : 1));
    this.#key = key;
    this.#ring = ringOf(this.#instances, placesOf);
  }

  get size(): number {
    return this.#instances.length;
  }

  pick(call: OutgoingCall, excluded: readonly string[]): Instance | undefined {
    const ring = this.#ring;
    const start = this.#firstAtOrAfter(hash32(this.#keyOf(call)) * INDEXES);
    for (let i = 0; i < ring.length; i += 1) {
      const instance = this.#instances[ring[(start + i) % ring.length]! % INDEXES]!;
      if (!excluded.includes(instance.address)) {
        return instance;
      }
    }
    return undefined;
  }

  #keyOf(call: OutgoingCall): string {
    try {
      const key: unknown = plainAnswer(this.#key(call));
      if (typeof key !== 'string') {
        throw new TypeError(`it must return a string, got ${typeof key}`);
      }
      return key;
    } catch (error) {
      throw callbackError('consistentHash.key', call, error);
    }
  }

  #firstAtOrAfter(at: number): number {
    let low = 0;
    let high = this.#ring.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ring[middle]! < at) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

function ringOf(
  instances: readonly Instance[],
  placesOf: (instance: Instance) => number,
): Float64Array {
  const counts = instances.map(placesOf);
  const ring = new Float64Array(counts.reduce((sum, count) => sum + count, 0));
  let next = 0;
  for (const [index, { address }] of instances.entries()) {
    const base = fnv1a(address);
    for (let place = 0; place < counts[index]!; place += 1) {
      const hash = mixed(base + Math.imul(place, GOLDEN_RATIO));
      ring[next] = hash * INDEXES + index;
      next += 1;
    }
  }
  return ring.sort();
}
