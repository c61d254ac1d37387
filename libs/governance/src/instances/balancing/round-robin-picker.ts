import type { OutgoingCall } from '@nestjs-thrift/transport';
import type { Instance } from '../discovery/instance.js';
import type { Picker } from './balancer.js';

/** Takes instances of equal weight in turn, from a random start so that many clients do not begin with the same one. */
export class RoundRobinPicker implements Picker {
  readonly #instances: readonly Instance[];
  #next: number;

  constructor(instances: readonly Instance[], random: () => number) {
    this.#instances = instances;
    this.#next = Math.floor(random() * instances.length);
  }

  get size(): number {
    return this.#instances.length;
  }

  pick(_call: OutgoingCall, excluded: readonly string[]): Instance | undefined {
    for (let tries = this.#instances.length; tries > 0; tries -= 1) {
      const instance = this.#instances[this.#next];
      this.#next = this.#next + 1 < this.#instances.length ? this.#next + 1 : 0;
      if (instance !== undefined && !excluded.includes(instance.address)) {
        return instance;
      }
    }
    return undefined;
  }
}
