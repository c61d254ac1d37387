import { Inject } from '@nestjs/common';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { ClientGovernanceOptions, InstanceLike } from '@nestjs-thrift/governance';
import type { ClientTransportOptions } from '@nestjs-thrift/transport';
import type { ClientInterface } from '../governance/interface-policies.js';
import type { IdlOptions } from '../idl/compile-idl.js';

/** The token of the typed client that `ThriftModule.forFeature` registers under a name. */
export function getThriftClientToken(name: string): string {
  return `ThriftClient:${name}`;
}

/** The token of the {@link ThriftClient} behind it: for its `status`, its events and its pools. */
export function getThriftClientProxyToken(name: string): string {
  return `ThriftClientProxy:${name}`;
}

/**
 * Injects the client that `ThriftModule.forFeature` registers under a name.
 *
 * @example
 * constructor(@InjectThriftClient('users') private readonly users: UserServiceClient) {}
 */
export function InjectThriftClient(name: string): ParameterDecorator & PropertyDecorator {
  return Inject(getThriftClientToken(name));
}

/** Whether a client has a connection: `connected` with the first, `disconnected` when the last is gone. */
export type ThriftClientStatus = 'connected' | 'disconnected';

/** Events of a client, for `client.on()`. */
export type ThriftClientEvents = {
  /** A connection to an instance was opened. */
  connect: (address: string) => void;
  /** A connection ended; with the error that ended it, if one did. */
  disconnect: (address: string, error?: Error) => void;
  /** A connection to an instance could not be made. */
  error: (error: Error, address: string) => void;
};

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
   * `policies`, `timeoutMs` and `attemptTimeoutMs`, and after the governance file.
   */
  readonly policiesFrom?: ClientInterface;
  /** Time for a call as a whole, retries included, in milliseconds; 0 for no limit. @defaultValue 0 */
  readonly timeoutMs?: number;
  /**
   * Time for one attempt of a call, or what is left of the call if that is less, in milliseconds; 0 for no limit. Kitex:
   * WithRPCTimeout.
   *
   * @defaultValue 3,000
   */
  readonly attemptTimeoutMs?: number;
}
