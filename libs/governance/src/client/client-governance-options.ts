import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { Middleware } from '@nestjs-thrift/transport';
import {
  callback,
  group,
  listOf,
  object,
  type OptionsOf,
  refined,
  required,
  resolveOption,
  text,
} from '@nestjs-thrift/transport/internal';
import type { GovernanceConfigSource } from '../config/config-file.js';
import type { Balancer } from '../instances/balancing/balancer.js';
import type { Resolver } from '../instances/discovery/resolver.js';
import type { Failover } from '../instances/failover/failover.js';
import { CIRCUIT_BREAKER } from '../stages/breaker/breaker-options.js';
import { POLICIES, POLICIES_BY_METHOD, policiesByMethod } from './method-policies.js';

/** What governs calls: options of {@link ClientGovernanceOptions} and of clients of Nest. */
export const CALL_GOVERNANCE_OPTIONS = {
  /** Finds the instances. Without one each call must name its address, unless the client has `endpoints`. */
  resolver: object<Resolver>('a resolver'),
  /** Two groups of instances instead of a `resolver`: calls that find the first one dead are repeated on the second. */
  failover: object<Failover>('a failover'),
  /** Chooses among the instances. @defaultValue smooth weighted round robin */
  balancer: object<Balancer>('a balancer'),
  /** Policies of all methods: the layer of the client's options. */
  policies: POLICIES,
  /** Policies by method name; they take precedence over `policies`. Decorators stand here too. */
  methods: POLICIES_BY_METHOD,
  /** Breaker of each instance; `false` for none. @defaultValue none, as Kitex */
  instanceBreaker: CIRCUIT_BREAKER,
  /** The user's own steps around each attempt, the first one outermost. Kitex: WithMiddleware. */
  middlewares: listOf(callback<Middleware>()),
  /**
   * Policies that take precedence over all others and are followed as they change: a governance file or a config center. Not closed with
   * the client.
   */
  config: object<GovernanceConfigSource>('a source of policies'),
};

/** Options of what governs the calls of a client. */
export const CLIENT_GOVERNANCE_OPTIONS = {
  ...CALL_GOVERNANCE_OPTIONS,
  /** The service called. */
  service: required(object<ServiceDefinition>('a service definition')),
  /** Registry name of the service called: what is looked up, and the name in the configuration. Default: the IDL name. */
  targetServiceName: text(),
  /** Registry name of this process; the first part of breaker keys. Default empty. */
  serviceName: text({ default: '' }),
  /**
   * Called at the start and after each change of the configuration, once per text, with policies that do nothing: retries of methods
   * that are not idempotent, names that the service does not have. Default: a warning of the process, `THRIFT_POLICY`.
   */
  onWarning: callback<(message: string) => void>(),
};

/** What governs the calls of one client. */
export interface ClientGovernanceOptions extends OptionsOf<typeof CLIENT_GOVERNANCE_OPTIONS> {}

/** @throws TypeError that names each wrong option, and each entry of `methods` that is not a method of the service. */
export function checkGovernanceOptions(options: ClientGovernanceOptions): void {
  const { name, methods = {} } = Object(options.service) as Partial<ServiceDefinition>;
  const table = { ...CLIENT_GOVERNANCE_OPTIONS, methods: policiesByMethod(Object.keys(methods)) };
  const declared = refined(group(table), ({ resolver, failover }, report) => {
    if (resolver !== undefined && failover !== undefined) {
      report('resolver', 'must not be given together with failover, which has its own resolvers');
    }
  });
  resolveOption(`governance(${name})`, declared, options);
}
