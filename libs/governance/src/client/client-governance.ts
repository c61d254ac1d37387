import type { MethodDefinition, RequestMethod, ServiceDefinition } from '@nestjs-thrift/codec';
import type { Invoke, Middleware, OutgoingCall } from '@nestjs-thrift/transport';
import { CallbackReport, errorText } from '@nestjs-thrift/transport/internal';
import type { Balancer } from '../instances/balancing/balancer.js';
import type { CircuitBreakerOptions } from '../stages/breaker/breaker-options.js';
import type { BreakerSnapshot } from '../stages/breaker/circuit-breaker.js';
import type { GovernanceConfigSource } from '../config/config-file.js';
import { BalancerChoice } from './balancer-choice.js';
import { configuredInstanceBreaker, configuredPolicies } from './kitex-policies.js';
import { InstanceDirectory } from '../instances/discovery/instance-directory.js';
import type { Instance } from '../instances/discovery/instance.js';
import type { Resolver } from '../instances/discovery/resolver.js';
import { GovernanceConfigError } from '../errors/errors.js';
import { Emitter, type Subscribe, type Subscription } from '../support/emitter.js';
import { createCallChain } from '../chain/create-call-chain.js';
import { requireMilliseconds } from '../stages/timeout/timeouts.js';
import { configuredOverCode } from './configured-over-code.js';
import { type GovernanceEvent, MethodStages } from './method-stages.js';
import {
  effectivePolicies,
  policiesOfKind,
  type EffectivePolicies,
  type MethodPolicies,
} from './method-policies.js';

/** What governs the calls of one client. */
export interface ClientGovernanceOptions {
  readonly service: ServiceDefinition;
  /** Registry name of the service called: what is looked up, and the name in the configuration. Default: the IDL name. */
  readonly targetServiceName?: string;
  /** Registry name of this process; the first part of breaker keys. Default empty. */
  readonly serviceName?: string;
  /** Finds the instances; without one every call must name its address. */
  readonly resolver?: Resolver;
  /** Default smooth weighted round robin. */
  readonly balancer?: Balancer;
  /** Policies of all methods: the layer of the client's options. */
  readonly policies?: MethodPolicies;
  /** Policies by method name: the layer of the decorators. */
  readonly methods?: Readonly<Record<string, MethodPolicies>>;
  /** Breaker of each instance. Default none, as Kitex. */
  readonly instanceBreaker?: CircuitBreakerOptions | false;
  /** The user's own, the first one outermost. */
  readonly middlewares?: readonly Middleware[];
  /** The strongest layer, applied again whenever it changes. Not closed with the client. */
  readonly config?: GovernanceConfigSource;
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

/**
 * Governs the calls of one client: composes the chain of each method from all layers of policies, keeps what chains share
 * (instances, breakers, budgets), and composes again when the configuration changes. Calls in flight end on the chain they
 * began on; breakers and budgets keep their windows.
 *
 * @example
 * const governance = new ClientGovernance({ service: UserService, resolver: staticResolver(['127.0.0.1:8888']) });
 * const getUser = governance.wrap(UserService.methods.GetUser, transport);
 */
export class ClientGovernance {
  /** The service called. */
  readonly service: ServiceDefinition;
  /** Its registry name. */
  readonly targetServiceName: string;
  readonly #options: ClientGovernanceOptions;
  readonly #directory: InstanceDirectory | undefined;
  readonly #stages: MethodStages;
  readonly #slots = new Map<string, Slot>();
  readonly #events = new Emitter<GovernanceEvent>();
  readonly #calls = new Emitter<GovernedCallStart>();
  readonly #subscriptions: Subscription[] = [];
  readonly #balancer: BalancerChoice;

  readonly onEvent: Subscribe<GovernanceEvent> = this.#events.event;
  /** Tells of every call as its caller sees it, however many attempts it takes; costs nothing while nobody listens. */
  readonly onCall: Subscribe<GovernedCallStart> = this.#calls.event;

  /** @throws RangeError for policies out of range. */
  constructor(options: ClientGovernanceOptions) {
    this.#options = options;
    this.service = options.service;
    this.targetServiceName = options.targetServiceName ?? options.service.name;
    this.#balancer = new BalancerChoice(options.config, this.targetServiceName, options.balancer);
    this.#directory = this.#newDirectory();
    this.#stages = new MethodStages({
      targetServiceName: this.targetServiceName,
      serviceName: options.serviceName ?? '',
      middlewares: options.middlewares ?? [],
      directory: this.#directory,
      emit: (event) => this.#events.emit(event),
    });
    this.#watchDirectory();
    try {
      this.#watchConfig();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * The governed endpoint of a method. Asked again for the same method it gives the same one.
   *
   * @param transport carries out one attempt on the instance named by `call.address`.
   * @throws RangeError for policies out of range, TypeError for one that does not serve methods of this kind.
   */
  wrap(method: MethodDefinition, transport: Invoke): Invoke {
    const known = this.#slots.get(method.name);
    return (known ?? this.#addSlot(method, transport)).invoke;
  }

  /** The policies in force for a method, all layers applied. */
  policiesOf(method: string): EffectivePolicies {
    const { config, methods = {}, policies } = this.#options;
    const decorated = Object.hasOwn(methods, method) ? methods[method] : undefined;
    const entry = [config?.current, this.targetServiceName, method] as const;
    const code = effectivePolicies([decorated, policies]);
    const configured = configuredOverCode(configuredPolicies(...entry), code);
    const all = effectivePolicies([configured, decorated, policies]);
    const kind = this.service.methods[method]?.kind ?? 'unary';
    const named = [decorated, configuredPolicies(...entry, false)];
    return policiesOfKind(kind, all, named);
  }

  /** The instances known now. */
  get instances(): readonly Instance[] {
    return this.#directory?.instances ?? [];
  }

  /**
   * Waits until discovery has found the first instances, past look-ups that fail, so that a process can connect to them before
   * it takes requests. Resolves at once, with none, where there is no resolver.
   *
   * @param timeoutMs longest wait in milliseconds. Default 3,000.
   * @throws NoInstanceError if there were none in time; its cause is the last failure of discovery.
   */
  async ready(timeoutMs = 3_000): Promise<readonly Instance[]> {
    requireMilliseconds('timeoutMs', timeoutMs, 0);
    return (await this.#directory?.firstInstances(timeoutMs)) ?? [];
  }

  /** How the breakers stand, of the service and of its instances. Kitex: CBSuite.Dump. */
  breakers(): readonly BreakerSnapshot[] {
    return this.#stages.breakers();
  }

  /**
   * Keeps a breaker open or closed until called with `undefined`.
   *
   * @param key `caller/service/method`, or the address of an instance.
   * @returns false if there is no such breaker.
   */
  forceBreaker(key: string, state: 'open' | 'closed' | undefined): boolean {
    return this.#stages.forceBreaker(key, state);
  }

  /** Ends discovery and the following of the configuration. Idempotent. */
  close(): void {
    this.#directory?.close();
    for (const subscription of this.#subscriptions.splice(0)) {
      new CallbackReport('dispose of a subscription').run(() => subscription.dispose());
    }
  }

  /** Inside of another call: callers do not see it. */
  #chainOf(method: MethodDefinition, transport: Invoke): Invoke {
    return (this.#slots.get(method.name) ?? this.#addSlot(method, transport)).chain;
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
    const policies = this.policiesOf(method.name);
    const bulk = policies.batch ? this.#bulkMethod(method, policies.batch.method) : undefined;
    const stages = this.#stages.of(
      method,
      policies,
      this.#instanceBreaker(),
      bulk && {
        method: bulk,
        send: (call) => this.#chainOf(bulk, transport)(call),
      },
    );
    return createCallChain({ service: this.service, method }, transport, stages);
  }

  #bulkMethod(method: MethodDefinition, name: string): RequestMethod {
    const { methods, name: service } = this.#options.service;
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

  #instanceBreaker(): CircuitBreakerOptions | false {
    const { config, instanceBreaker = false } = this.#options;
    return configuredInstanceBreaker(config?.current, this.targetServiceName) ?? instanceBreaker;
  }

  #newDirectory(): InstanceDirectory | undefined {
    const { resolver } = this.#options;
    const balancer = this.#balancer.current;
    return (
      resolver && new InstanceDirectory({ service: this.targetServiceName, resolver, balancer })
    );
  }

  #watchDirectory(): void {
    const directory = this.#directory;
    if (directory === undefined) {
      return;
    }
    this.#subscriptions.push(
      directory.onChange((change) => {
        this.#stages.dropInstances(change.removed);
        this.#events.emit({ type: 'instances', ...change });
      }),
      directory.onFailure((error) =>
        this.#events.emit({ type: 'resolve_failed', service: this.targetServiceName, error }),
      ),
    );
  }

  #watchConfig(): void {
    const { config } = this.#options;
    if (config === undefined) {
      return;
    }
    this.#subscriptions.push(
      config.onChange(() => this.#recompose()),
      config.onRejected((error) => this.#refused(error)),
    );
  }

  /** All methods change between two calls, or none does. */
  #recompose(): void {
    try {
      const slots = [...this.#slots.values()];
      const chains = slots.map((slot) => this.#compose(slot));
      this.#directory?.balanceBy(this.#balancer.current);
      slots.forEach((slot, i) => (slot.chain = chains[i]!));
    } catch (error) {
      this.#refused(
        new GovernanceConfigError(this.targetServiceName, [errorText(error)], { cause: error }),
      );
      return;
    }
    this.#events.emit({ type: 'config_applied', service: this.targetServiceName });
  }

  #refused(error: GovernanceConfigError): void {
    this.#events.emit({ type: 'config_rejected', service: this.targetServiceName, error });
  }
}
