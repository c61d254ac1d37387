import { aliasMethod } from './alias.js';
import type { Balancer } from './balancer.js';
import { interleavedWeightedRoundRobin } from './interleaved-weighted-round-robin.js';
import { leastInFlight } from './least-in-flight.js';
import { weightedRandom } from './weighted-random.js';
import { weightedRoundRobin } from './weighted-round-robin.js';

/** Balancers a configuration can choose, by their names there: those that need no function. */
const BALANCERS = {
  weighted_round_robin: weightedRoundRobin,
  interleaved_weighted_round_robin: interleavedWeightedRoundRobin,
  weighted_random: weightedRandom,
  alias_method: aliasMethod,
  least_in_flight: leastInFlight,
} as const satisfies Readonly<Record<string, () => Balancer>>;

/** Name of a balancer in a configuration. */
export type BalancerType = keyof typeof BALANCERS;

export const BALANCER_TYPES = Object.keys(BALANCERS) as BalancerType[];

/** The balancer of a name. */
export function balancerByType(type: BalancerType): Balancer {
  return BALANCERS[type]();
}
