import type { Balancer } from '../instances/balancing/balancer.js';
import { balancerByType, type BalancerType } from '../instances/balancing/balancer-by-type.js';
import { weightedRoundRobin } from '../instances/balancing/weighted-round-robin.js';
import type { GovernanceConfigSource } from '../config/config-file.js';
import { configuredBalancer } from './kitex-policies.js';

/** The balancer of a client: the one its configuration names, else its own. */
export class BalancerChoice {
  readonly #config: GovernanceConfigSource | undefined;
  readonly #serviceName: string;
  readonly #own: Balancer;
  readonly #named = new Map<BalancerType, Balancer>();

  /** @param own of the options; without it smooth weighted round robin. */
  constructor(
    config: GovernanceConfigSource | undefined,
    serviceName: string,
    own: Balancer = weightedRoundRobin(),
  ) {
    this.#config = config;
    this.#serviceName = serviceName;
    this.#own = own;
  }

  /** What the configuration of the moment asks for. Each type is made once: a balancer may count calls in flight. */
  get current(): Balancer {
    const type = configuredBalancer(this.#config?.current, this.#serviceName);
    if (type === undefined) {
      return this.#own;
    }
    const balancer = this.#named.get(type) ?? balancerByType(type);
    this.#named.set(type, balancer);
    return balancer;
  }
}
