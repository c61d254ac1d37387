import type { MethodDefinition, RequestMethod, ServiceDefinition } from '@nestjs-thrift/codec';
import type { Invoke, OutgoingCall } from '@nestjs-thrift/transport';
import { createCallChain } from '../chain/create-call-chain.js';
import type { CircuitBreakerOptions } from '../stages/breaker/breaker-options.js';
import { Emitter, type Subscribe } from '../support/emitter.js';
import type { EffectivePolicies } from './method-policies.js';
import type { MethodStages } from './method-stages.js';

/** What the chains of a client are composed from. */
export interface MethodChainsContext {
  readonly service: ServiceDefinition;
  readonly stages: MethodStages;
  readonly policiesOf: (method: string) => EffectivePolicies;
  readonly instanceBreaker: () => CircuitBreakerOptions | false;
}

interface Slot {
  readonly method: MethodDefinition;
  readonly transport: Invoke;
  /** What callers keep; goes on to the chain of the moment. */
  readonly invoke: Invoke;
  chain: Invoke;
}

/** A call has begun. */
export interface GovernedCallStart {
  readonly call: OutgoingCall;
  /** Settles as the call does, after all its attempts. */
  readonly outcome: Promise<unknown>;
}

/** The chains of the methods of a client: composed when a method is asked for, and again when the policies change. */
export class MethodChains {
  readonly #context: MethodChainsContext;
  readonly #slots = new Map<string, Slot>();
  readonly #calls = new Emitter<GovernedCallStart>();

  readonly onCall: Subscribe<GovernedCallStart> = this.#calls.event;

  constructor(context: MethodChainsContext) {
    this.#context = context;
  }

  /** @throws TypeError for policies that cannot be applied. */
  wrap(method: MethodDefinition, transport: Invoke): Invoke {
    const known = this.#slots.get(method.name);
    return (known ?? this.#addSlot(method, transport)).invoke;
  }

  /**
   * Composes all chains again and then puts them in place, unless one of them cannot be composed.
   *
   * @param before runs when all are composed and none is in place.
   */
  recompose(before: () => void): void {
    const slots = [...this.#slots.values()];
    const chains = slots.map((slot) => this.#compose(slot));
    before();
    slots.forEach((slot, i) => (slot.chain = chains[i]!));
    const { stages, policiesOf, instanceBreaker } = this.#context;
    stages.dropBreakers(
      slots.map(({ method }) => method).filter(({ name }) => !policiesOf(name).circuitBreaker),
      instanceBreaker() === false,
    );
  }

  /**
   * How bulk calls for a batched method go: through the chain of the bulk method, without its retries where the batched method has
   * its own, which would multiply with them.
   */
  #bulkSend(bulk: RequestMethod, transport: Invoke, repeatsCalls: boolean): Invoke {
    if (repeatsCalls) {
      const policies = {
        ...this.#context.policiesOf(bulk.name),
        retry: false,
        batch: false,
      } as const;
      return this.#composeWith(policies, bulk, transport);
    }
    const slot = this.#slots.get(bulk.name) ?? this.#addSlot(bulk, transport);
    return (call) => slot.chain(call);
  }

  #addSlot(method: MethodDefinition, transport: Invoke): Slot {
    const slot: Slot = {
      method,
      transport,
      chain: transport,
      invoke: (call) => {
        const outcome = slot.chain(call);
        if (this.#calls.hasListeners) {
          this.#calls.emit({ call, outcome });
        }
        return outcome;
      },
    };
    // Present before it is composed: the chain of a batched method asks for that of its bulk method.
    this.#slots.set(method.name, slot);
    try {
      slot.chain = this.#compose(slot);
    } catch (error) {
      // Found again, it would send calls past every policy.
      this.#slots.delete(method.name);
      throw error;
    }
    return slot;
  }

  #compose({ method, transport }: Slot): Invoke {
    return this.#composeWith(this.#context.policiesOf(method.name), method, transport);
  }

  #composeWith(policies: EffectivePolicies, method: MethodDefinition, transport: Invoke): Invoke {
    const bulk = policies.batch ? this.#bulkMethod(method, policies.batch.method) : undefined;
    const stages = this.#context.stages.of(
      method,
      policies,
      this.#context.instanceBreaker(),
      bulk && {
        method: bulk,
        send: this.#bulkSend(bulk, transport, Boolean(policies.retry)),
      },
    );
    return createCallChain({ service: this.#context.service, method }, transport, stages);
  }

  #bulkMethod(method: MethodDefinition, name: string): RequestMethod {
    const { methods, name: service } = this.#context.service;
    const bulk = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (bulk === undefined || bulk === method) {
      throw new TypeError(
        `${service}.${method.name} cannot be batched over "${name}": name another method of ${service}`,
      );
    }
    if (bulk.kind !== 'unary') {
      throw new TypeError(
        `${service}.${method.name} cannot be batched over "${name}": it is ${bulk.kind}, and only results of a bulk call can be split`,
      );
    }
    return bulk;
  }
}
