import type { MethodDefinition, ServiceDefinition } from '@nestjs-thrift/codec';
import type { Invoke } from '@nestjs-thrift/transport';
import {
  CallbackReport,
  errorText,
  milliseconds,
  resolveOption,
} from '@nestjs-thrift/transport/internal';
import type { CircuitBreakerOptions } from '../stages/breaker/breaker-options.js';
import type { BreakerSnapshot } from '../stages/breaker/circuit-breaker.js';
import { BalancerChoice } from './balancer-choice.js';
import { configuredInstanceBreaker, configuredPolicies } from './kitex-policies.js';
import { InstanceDirectory } from '../instances/discovery/instance-directory.js';
import type { Instance } from '../instances/discovery/instance.js';
import { GovernanceConfigError } from '../errors/errors.js';
import { Emitter, type Subscribe, type Subscription } from '../support/emitter.js';
import { configuredOverCode } from './configured-over-code.js';
import {
  checkGovernanceOptions,
  type ClientGovernanceOptions,
} from './client-governance-options.js';
import { type GovernedCallStart, MethodChains } from './method-chains.js';
import { type GovernanceEvent, MethodStages } from './method-stages.js';
import { retryWarnings, unknownMethodWarnings, unknownServiceWarnings } from './policy-warnings.js';
import {
  effectivePolicies,
  policiesOfKind,
  type EffectivePolicies,
  type MethodPolicies,
} from './method-policies.js';

function warnProcess(message: string): void {
  process.emitWarning(message, { code: 'THRIFT_POLICY' });
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
  readonly #chains: MethodChains;
  readonly #events = new Emitter<GovernanceEvent>();
  readonly #subscriptions: Subscription[] = [];
  readonly #warned = new Set<string>();
  readonly #balancer: BalancerChoice;

  readonly onEvent: Subscribe<GovernanceEvent> = this.#events.event;
  /** Reports every call as its caller sees it, however many attempts it takes; costs nothing without a listener. */
  readonly onCall: Subscribe<GovernedCallStart>;

  /** @throws TypeError that names each wrong option, and each entry of `methods` that is not a method of the service. */
  constructor(options: ClientGovernanceOptions) {
    checkGovernanceOptions(options);
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
      failover: options.failover,
      emit: (event) => this.#events.emit(event),
    });
    this.#chains = new MethodChains({
      service: this.service,
      stages: this.#stages,
      policiesOf: (method) => this.policiesOf(method),
      instanceBreaker: () => this.#instanceBreaker(),
    });
    this.onCall = this.#chains.onCall;
    this.#watchDirectory();
    try {
      this.#watchConfig();
    } catch (error) {
      this.close();
      throw error;
    }
    this.#warn();
  }

  /**
   * The governed endpoint of a method. Asked again for the same method it gives the same one.
   *
   * @param transport carries out one attempt on the instance named by `call.address`.
   * @throws TypeError for a policy that does not serve methods of this kind.
   */
  wrap(method: MethodDefinition, transport: Invoke): Invoke {
    return this.#chains.wrap(method, transport);
  }

  /** The policies in force for a method, all layers applied. */
  policiesOf(method: string): EffectivePolicies {
    const { config, policies } = this.#options;
    const [decorated] = this.#namedLayers(method);
    const code = effectivePolicies([decorated, policies]);
    const ofFile = configuredPolicies(config?.current, this.targetServiceName, method);
    const configured = configuredOverCode(ofFile, code);
    const all = effectivePolicies([configured, decorated, policies]);
    const kind = this.service.methods[method]?.kind ?? 'unary';
    return policiesOfKind(kind, all, this.#namedLayers(method));
  }

  /** What names the method itself: code, and the configuration. */
  #namedLayers(method: string): readonly [MethodPolicies | undefined, MethodPolicies] {
    const { config, methods = {} } = this.#options;
    return [
      Object.hasOwn(methods, method) ? methods[method] : undefined,
      configuredPolicies(config?.current, this.targetServiceName, method, false),
    ];
  }

  /** The instances known now. */
  get instances(): readonly Instance[] {
    return this.#directory?.instances ?? [];
  }

  /**
   * Waits until discovery has found the first instances, past look-ups that fail, so that a process can connect to them before
   * it takes requests. Resolves at once, with none, where there is no resolver.
   *
   * @param timeoutMs longest wait in milliseconds; 0 for no limit. Default 3,000.
   * @throws NoInstanceError if there were none in time; its cause is the last failure of discovery.
   */
  async ready(timeoutMs = 3_000): Promise<readonly Instance[]> {
    resolveOption('timeoutMs', milliseconds(), timeoutMs);
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

  #instanceBreaker(): CircuitBreakerOptions | false {
    const { config, instanceBreaker = false } = this.#options;
    return configuredInstanceBreaker(config?.current, this.targetServiceName) ?? instanceBreaker;
  }

  #newDirectory(): InstanceDirectory | undefined {
    const { failover, resolver = failover?.resolver } = this.#options;
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
      this.#chains.recompose(() => this.#directory?.balanceBy(this.#balancer.current));
    } catch (error) {
      this.#refused(
        new GovernanceConfigError(this.targetServiceName, [errorText(error)], { cause: error }),
      );
      return;
    }
    this.#events.emit({ type: 'config_applied', service: this.targetServiceName });
    this.#warn();
  }

  #warn(): void {
    const { config, onWarning = warnProcess } = this.#options;
    const warnings = [
      ...retryWarnings(
        this.service,
        (method) => this.policiesOf(method),
        (method) => Boolean(this.#namedLayers(method).some((layer) => layer?.retry)),
      ),
      ...unknownMethodWarnings(this.service, config?.current, this.targetServiceName),
      ...unknownServiceWarnings(config?.current, [this.targetServiceName]),
    ];
    for (const warning of warnings.filter((text) => !this.#warned.has(text))) {
      this.#warned.add(warning);
      new CallbackReport('onWarning').run(() => onWarning(warning));
    }
  }

  #refused(error: GovernanceConfigError): void {
    this.#events.emit({ type: 'config_rejected', service: this.targetServiceName, error });
  }
}
