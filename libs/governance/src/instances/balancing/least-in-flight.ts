import type { OutgoingCall } from '@nestjs-thrift/transport';
import type { Instance } from '../discovery/instance.js';
import { pickable, type Balancer, type Picker } from './balancer.js';

/**
 * Picks the instance with the fewest calls of this client under way, relative to its weight; in turn among equals. An
 * instance that became slow gets fewer calls by itself. Kitex has no such balancer.
 */
export function leastInFlight(): Balancer {
  // Outlives the pickers: calls under way stay counted when the list of instances changes.
  const inFlight = new Map<string, number>();
  return {
    name: 'least_in_flight',
    createPicker: (all) => new LeastInFlightPicker(pickable(all), inFlight),
  };
}

class LeastInFlightPicker implements Picker {
  readonly #instances: readonly Instance[];
  readonly #inFlight: Map<string, number>;
  #start = 0;

  constructor(instances: readonly Instance[], inFlight: Map<string, number>) {
    this.#instances = instances;
    this.#inFlight = inFlight;
  }

  get size(): number {
    return this.#instances.length;
  }

  pick(_call: OutgoingCall, excluded: readonly string[]): Instance | undefined {
    const count = this.#instances.length;
    let best: Instance | undefined;
    let bestLoad = Infinity;
    this.#start = (this.#start + 1) % Math.max(1, count);
    for (let i = 0; i < count; i += 1) {
      const instance = this.#instances[(this.#start + i) % count]!;
      const load = (this.#inFlight.get(instance.address) ?? 0) / instance.weight;
      if (load < bestLoad && !excluded.includes(instance.address)) {
        best = instance;
        bestLoad = load;
      }
    }
    if (best !== undefined) {
      this.#inFlight.set(best.address, (this.#inFlight.get(best.address) ?? 0) + 1);
    }
    return best;
  }

  release({ address }: Instance): void {
    const count = (this.#inFlight.get(address) ?? 1) - 1;
    if (count > 0) {
      this.#inFlight.set(address, count);
    } else {
      this.#inFlight.delete(address);
    }
  }
}
