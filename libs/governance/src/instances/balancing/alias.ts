import type { OutgoingCall } from '@nestjs-thrift/transport';
import type { Instance } from '../discovery/instance.js';
import { pickable, type Balancer, type Picker } from './balancer.js';
import { pickRemaining } from './weighted-random.js';

/**
 * Picks at random by weight in constant time, however many instances there are. Kitex:
 * NewWeightedRandomWithAliasMethodBalancer.
 *
 * @param random source of numbers from 0 to below 1; for tests.
 */
export function aliasMethod(random: () => number = Math.random): Balancer {
  return {
    name: 'weighted_random_with_alias_method',
    createPicker: (all) => new AliasPicker(pickable(all), random),
  };
}

/** The method of Walker, built as Vose does: each column holds its own instance and, above a threshold, one other. */
class AliasPicker implements Picker {
  readonly #instances: readonly Instance[];
  readonly #random: () => number;
  readonly #threshold: Float64Array;
  readonly #alias: Uint32Array;

  constructor(instances: readonly Instance[], random: () => number) {
    this.#instances = instances;
    this.#random = random;
    this.#threshold = new Float64Array(instances.length).fill(1);
    this.#alias = new Uint32Array(instances.length);
    this.#build();
  }

  get size(): number {
    return this.#instances.length;
  }

  pick(_call: OutgoingCall, excluded: readonly string[]): Instance | undefined {
    if (excluded.length > 0) {
      return pickRemaining(this.#instances, excluded, this.#random);
    }
    const point = this.#random() * this.#instances.length;
    const column = Math.floor(point);
    const own = point - column < (this.#threshold[column] ?? 1);
    return this.#instances[own ? column : this.#alias[column]!];
  }

  #build(): void {
    const sum = this.#instances.reduce((total, { weight }) => total + weight, 0);
    const share = this.#instances.map(({ weight }) => (weight / sum) * this.#instances.length);
    const small: number[] = [];
    const large: number[] = [];
    share.forEach((part, i) => (part < 1 ? small : large).push(i));
    while (small.length > 0 && large.length > 0) {
      const poor = small.pop()!;
      const rich = large.pop()!;
      this.#threshold[poor] = share[poor]!;
      this.#alias[poor] = rich;
      share[rich]! -= 1 - share[poor]!;
      (share[rich]! < 1 ? small : large).push(rich);
    }
  }
}
