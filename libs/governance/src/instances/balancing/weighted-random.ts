import type { OutgoingCall } from '@nestjs-thrift/transport';
import type { Instance } from '../discovery/instance.js';
import { pickable, type Balancer, type Picker } from './balancer.js';

/**
 * Picks at random, by weight. Kitex: NewWeightedRandomBalancer.
 *
 * @param random source of numbers from 0 to below 1; for tests.
 */
export function weightedRandom(random: () => number = Math.random): Balancer {
  return {
    name: 'weighted_random',
    createPicker: (all) => new RandomPicker(pickable(all), random),
  };
}

class RandomPicker implements Picker {
  readonly #instances: readonly Instance[];
  readonly #random: () => number;
  readonly #sum: number;

  constructor(instances: readonly Instance[], random: () => number) {
    this.#instances = instances;
    this.#random = random;
    this.#sum = sumOf(instances);
  }

  get size(): number {
    return this.#instances.length;
  }

  pick(_call: OutgoingCall, excluded: readonly string[]): Instance | undefined {
    return excluded.length === 0
      ? drawn(this.#instances, this.#random() * this.#sum)
      : pickRemaining(this.#instances, excluded, this.#random);
  }
}

/** Picks by weight among the instances that are not excluded: the rare case, so nothing is prepared for it. */
export function pickRemaining(
  instances: readonly Instance[],
  excluded: readonly string[],
  random: () => number,
): Instance | undefined {
  const remaining = instances.filter(({ address }) => !excluded.includes(address));
  return drawn(remaining, random() * sumOf(remaining));
}

function sumOf(instances: readonly Instance[]): number {
  return instances.reduce((sum, { weight }) => sum + weight, 0);
}

function drawn(instances: readonly Instance[], point: number): Instance | undefined {
  let left = point;
  for (const instance of instances) {
    left -= instance.weight;
    if (left < 0) {
      return instance;
    }
  }
  return instances.at(-1);
}
