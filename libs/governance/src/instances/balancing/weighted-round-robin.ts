import type { OutgoingCall } from '@nestjs-thrift/transport';
import type { Instance } from '../discovery/instance.js';
import { pickable, type Balancer, type Picker } from './balancer.js';
import { RoundRobinPicker } from './round-robin-picker.js';

/**
 * Smooth weighted round robin, the default: an instance of weight 3 next to one of weight 1 gets three calls of four, not
 * three in a row. Equal weights are plain round robin from a random start. Kitex: NewWeightedRoundRobinBalancer.
 *
 * @param random source of numbers from 0 to below 1; for tests.
 */
export function weightedRoundRobin(random: () => number = Math.random): Balancer {
  return {
    name: 'weighted_round_robin',
    createPicker(all) {
      const instances = pickable(all);
      const first = instances[0]?.weight;
      return instances.every((instance) => instance.weight === first)
        ? new RoundRobinPicker(instances, random)
        : new SmoothPicker(instances, random);
    },
  };
}

/** Everyone gains its weight, the richest is picked and pays the sum: the scheme of nginx. */
class SmoothPicker implements Picker {
  readonly #instances: readonly Instance[];
  readonly #credit: number[];

  constructor(instances: readonly Instance[], random: () => number) {
    this.#instances = instances;
    // A random start below one turn's gain keeps many clients from all beginning with the heaviest instance.
    this.#credit = instances.map((instance) => random() * instance.weight);
  }

  get size(): number {
    return this.#instances.length;
  }

  pick(_call: OutgoingCall, excluded: readonly string[]): Instance | undefined {
    let best = -1;
    let sum = 0;
    for (let i = 0; i < this.#instances.length; i += 1) {
      const instance = this.#instances[i]!;
      if (excluded.length > 0 && excluded.includes(instance.address)) {
        continue;
      }
      sum += instance.weight;
      this.#credit[i]! += instance.weight;
      if (best < 0 || this.#credit[i]! > this.#credit[best]!) {
        best = i;
      }
    }
    if (best < 0) {
      return undefined;
    }
    this.#credit[best]! -= sum;
    return this.#instances[best];
  }
}
