import type { OutgoingCall } from '@nestjs-thrift/transport';
import type { Instance } from '../discovery/instance.js';
import { pickable, type Balancer, type Picker } from './balancer.js';

/**
 * Goes round the instances; those of greater weight take part in more rounds. Shares are exact for whole weights.
 * Kitex: NewInterleavedWeightedRoundRobinBalancer.
 *
 * @param random source of numbers from 0 to below 1; for tests.
 */
export function interleavedWeightedRoundRobin(random: () => number = Math.random): Balancer {
  return {
    name: 'interleaved_weighted_round_robin',
    createPicker: (all) => new InterleavedPicker(pickable(all), random),
  };
}

class InterleavedPicker implements Picker {
  readonly #instances: readonly Instance[];
  /** Rounds of a cycle that each instance takes part in. */
  readonly #rounds: readonly number[];
  readonly #mostRounds: number;
  #round = 0;
  #next: number;

  constructor(instances: readonly Instance[], random: () => number) {
    const weights = instances.map(({ weight }) => Math.max(1, Math.round(weight)));
    const unit = weights.reduce(greatestCommonDivisor, 0);
    this.#instances = instances;
    this.#rounds = weights.map((weight) => weight / unit);
    this.#mostRounds = Math.max(1, ...this.#rounds);
    this.#next = Math.floor(random() * instances.length);
  }

  get size(): number {
    return this.#instances.length;
  }

  pick(_call: OutgoingCall, excluded: readonly string[]): Instance | undefined {
    if (this.#instances.every(({ address }) => excluded.includes(address))) {
      return undefined;
    }
    for (;;) {
      const instance = this.#instances[this.#next]!;
      const takesPart = this.#rounds[this.#next]! > this.#round;
      this.#advance();
      if (takesPart && !excluded.includes(instance.address)) {
        return instance;
      }
    }
  }

  #advance(): void {
    this.#next += 1;
    if (this.#next === this.#instances.length) {
      this.#next = 0;
      this.#round = (this.#round + 1) % this.#mostRounds;
    }
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
