import type { OutgoingCall } from '@nestjs-thrift/transport';
import type { Instance } from '../discovery/instance.js';
import { pickable, type Balancer, type Picker } from './balancer.js';

/**
 * Picks by `weight / (calls of this client in flight + 1)`. Among instances of equal weight that is the one with the fewest calls,
 * in turn where several have as few. Where weights differ, also during a slow start, the values are shares, so that a light
 * instance gets its part also at low load. An instance that became slow gets fewer calls. Kitex has no such balancer.
 */
export function leastInFlight(): Balancer {
  // Outlives the pickers: calls in flight stay counted when the list of instances changes.
  const inFlight = new Map<string, number>();
  return {
    name: 'least_in_flight',
    createPicker: (all) => {
      const instances = pickable(all);
      const sameWeight = instances.every(({ weight }) => weight === instances[0]!.weight);
      return sameWeight
        ? new FewestPicker(instances, inFlight)
        : new SharesPicker(instances, inFlight);
    },
  };
}

abstract class LeastInFlightPicker implements Picker {
  protected readonly instances: readonly Instance[];
  readonly #inFlight: Map<string, number>;

  constructor(instances: readonly Instance[], inFlight: Map<string, number>) {
    this.instances = instances;
    this.#inFlight = inFlight;
  }

  get size(): number {
    return this.instances.length;
  }

  pick(_call: OutgoingCall, excluded: readonly string[]): Instance | undefined {
    const best = this.instances[this.choose(excluded)];
    if (best !== undefined) {
      this.#inFlight.set(best.address, this.inFlightOf(best) + 1);
    }
    return best;
  }

  release(instance: Instance): void {
    const count = this.inFlightOf(instance) - 1;
    if (count > 0) {
      this.#inFlight.set(instance.address, count);
    } else {
      this.#inFlight.delete(instance.address);
    }
  }

  protected inFlightOf({ address }: Instance): number {
    return this.#inFlight.get(address) ?? 0;
  }

  /** @returns an index of `instances`, -1 if none is left. */
  protected abstract choose(excluded: readonly string[]): number;
}

class FewestPicker extends LeastInFlightPicker {
  #start = 0;

  protected choose(excluded: readonly string[]): number {
    const { instances } = this;
    let best = -1;
    let fewest = Infinity;
    this.#start = (this.#start + 1) % Math.max(1, instances.length);
    for (let i = 0; i < instances.length; i += 1) {
      const index = (this.#start + i) % instances.length;
      const instance = instances[index]!;
      const count = this.inFlightOf(instance);
      if (count < fewest && !excluded.includes(instance.address)) {
        best = index;
        fewest = count;
      }
    }
    return best;
  }
}

/** Smooth weighted round robin whose weights fall while calls are in flight. */
class SharesPicker extends LeastInFlightPicker {
  readonly #credits = new Float64Array(this.instances.length);

  protected choose(excluded: readonly string[]): number {
    const credits = this.#credits;
    let best = -1;
    let total = 0;
    for (const [index, instance] of this.instances.entries()) {
      if (excluded.includes(instance.address)) {
        continue;
      }
      const share = instance.weight / (this.inFlightOf(instance) + 1);
      credits[index]! += share;
      total += share;
      if (best < 0 || credits[index]! > credits[best]!) {
        best = index;
      }
    }
    if (best >= 0) {
      credits[best]! -= total;
    }
    return best;
  }
}
