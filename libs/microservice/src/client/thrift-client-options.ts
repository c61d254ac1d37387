import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { ClientGovernanceOptions, InstanceLike } from '@nestjs-thrift/governance';
import type { ClientTransportOptions } from '@nestjs-thrift/transport';
import type { ClientInterface } from '../governance/interface-policies.js';
import type { IdlOptions } from '../idl/idl-options.js';

/** Policies around the calls of a client, as governance describes them. */
type GovernanceOptions = Pick<
  ClientGovernanceOptions,
  'resolver' | 'balancer' | 'middlewares' | 'policies' | 'methods' | 'instanceBreaker' | 'config'
>;

/**
 * What a {@link ThriftClient} calls, and how: the connections (ClientTransportOptions), the policies around calls
 * (ClientGovernanceOptions), and what is listed here.
 */
export interface ThriftClientOptions extends ClientTransportOptions, GovernanceOptions {
  /** The services that can be called: generated definitions, or names in the IDL. */
  readonly services: readonly (ServiceDefinition | string)[];
  /** Where services given by name come from. The parser is loaded only if it is needed. */
  readonly idl?: IdlOptions;
  /**
   * Instances to call in turn, unless there is a `resolver`: `host:port`, `[IPv6]:port` or `unix:/path`, or objects with a
   * weight. Kitex: WithHostPorts.
   */
  readonly endpoints?: readonly InstanceLike[];
  /**
   * A class whose decorators (`@RpcTimeout`, `@Retry`, …) say how the methods of the services are called. They go before
   * `policies` and `timeoutMs`, and after the governance file.
   */
  readonly policiesFrom?: ClientInterface;
  /** Time for one attempt of a call, in milliseconds; 0 for no limit. Default 3,000. Kitex: WithRPCTimeout. */
  readonly timeoutMs?: number;
}
