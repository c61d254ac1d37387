import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { Balancer, InstanceLike, Resolver } from '@nestjs-thrift/governance';
import type { ClientTransportOptions, Middleware } from '@nestjs-thrift/transport';
import type { IdlOptions } from '../idl/idl-options.js';

/** What a {@link ThriftClient} calls, and how. */
export interface ThriftClientOptions extends ClientTransportOptions {
  /** The services that can be called: generated definitions, or names in the IDL. */
  readonly services: readonly (ServiceDefinition | string)[];
  /** Where services given by name come from. The parser is loaded only if it is needed. */
  readonly idl?: IdlOptions;
  /** Instances to call in turn: `host:port`, `[IPv6]:port` or `unix:/path`, or with weights. Kitex: WithHostPorts. */
  readonly endpoints?: readonly InstanceLike[];
  /** Finds the instances instead of {@link ThriftClientOptions.endpoints}. Kitex: WithResolver. */
  readonly resolver?: Resolver;
  /** Spreads calls over the instances. Default: weighted round robin, as Kitex. Kitex: WithLoadBalancer. */
  readonly balancer?: Balancer;
  /** Time for a call as a whole, in milliseconds; 0 for no limit. Default 3,000. Kitex: WithRPCTimeout. */
  readonly timeoutMs?: number;
  /** Run around every call, the first outermost, inside of retries and timeouts. Kitex: WithMiddleware. */
  readonly middlewares?: readonly Middleware[];
}
