import { aliasMethod } from './alias.js';
import type { Balancer } from './balancer.js';
import { interleavedWeightedRoundRobin } from './interleaved-weighted-round-robin.js';
import { leastInFlight } from './least-in-flight.js';
import { weightedRandom } from './weighted-random.js';
import { weightedRoundRobin } from './weighted-round-robin.js';

/** Balancers a configuration can choose: those that need no function. */
export const BALANCER_TYPES = [
  'weighted_round_robin',
  'interleaved_weighted_round_robin',
  'weighted_random',
  'alias_method',
  'least_in_flight',
] as const;

/** Name of a balancer in a configuration. */
export type BalancerType = (typeof BALANCER_TYPES)[number];

/** The balancer of a name. */
export function balancerByType(type: BalancerType): Balancer {
  switch (type) {
    case 'weighted_round_robin':
      return weightedRoundRobin();
    case 'interleaved_weighted_round_robin':
      return interleavedWeightedRoundRobin();
    case 'weighted_random':
      return weightedRandom();
    case 'alias_method':
      return aliasMethod();
    case 'least_in_flight':
      return leastInFlight();
  }
}
