import { Inject } from '@nestjs/common';
import type { ClientProxy } from '@nestjs/microservices';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import {
  CALL_GOVERNANCE_OPTIONS,
  INSTANCE,
  policiesByMethod,
} from '@nestjs-thrift/governance/internal';
import {
  CLIENT_OPTIONS,
  listOf,
  milliseconds,
  object,
  option,
  type OptionsOf,
  type OptionTable,
  pickOptions,
  required,
  resolveOptions,
} from '@nestjs-thrift/transport/internal';
import { serviceName } from '../decorators/handler-binding.js';
import { requireService } from '../decorators/require-service.js';
import type { ClientInterface } from '../governance/interface-policies.js';
import { IDL } from '../idl/compile-idl.js';
import { requireIdl, SERVICES_OPTION } from '../idl/resolve-services.js';

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

/** Options of a client of Nest. */
export const THRIFT_CLIENT_OPTIONS = {
  ...CLIENT_OPTIONS,
  ...CALL_GOVERNANCE_OPTIONS,
  /** The services that can be called: generated definitions, or names in the IDL. */
  services: required(SERVICES_OPTION),
  /** Where services given by name come from. The parser is loaded only if it is needed. */
  idl: IDL,
  /**
   * Instances to call in turn, unless there is a `resolver`: `host:port`, `[IPv6]:port` or `unix:/path`, or objects with a
   * weight. Kitex: WithHostPorts.
   */
  endpoints: listOf(INSTANCE),
  /**
   * A class whose decorators (`@RpcTimeout`, `@Retry`, …) say how the methods of the services are called. They take precedence over
   * `policies`, `timeoutMs` and `attemptTimeoutMs`, and after the governance file.
   */
  policiesFrom: option<ClientInterface>('a class', (value) => typeof value === 'function'),
  /** Time for a call as a whole, retries included, in milliseconds; 0 for no limit. @defaultValue 0 */
  timeoutMs: milliseconds(),
  /**
   * Time for one attempt of a call, or what is left of the call if that is less, in milliseconds; 0 for no limit. Kitex:
   * WithRPCTimeout.
   *
   * @defaultValue 3,000
   */
  attemptTimeoutMs: milliseconds(),
  /**
   * Another client whose connections this one uses, for two services at one address: all options of connections, `serviceName`,
   * `targetServiceName` and `observers` are those of that client. In `forFeature` its name. Apache servers give each connection a thread,
   * so that two clients with connections of their own can starve each other.
   */
  connectionsOf: object<ClientProxy>('a ThriftClient'),
};

/**
 * What a {@link ThriftClient} calls, and how: the connections (ClientTransportOptions), the policies around calls
 * (ClientGovernanceOptions), and more.
 */
export interface ThriftClientOptions extends OptionsOf<typeof THRIFT_CLIENT_OPTIONS> {}

/** @throws TypeError that names the client by its services, and each wrong option. */
export function checkClientOptions(options: ThriftClientOptions): void {
  const given = (options as Partial<ThriftClientOptions> | undefined)?.services;
  if (!Array.isArray(given) || given.length === 0) {
    throw new TypeError(
      'a ThriftClient needs options: { services: [UserService], endpoints: ["host:port"] }; with ClientsModule they are the ' +
        '"options" together with customClass',
    );
  }
  for (const service of options.services) {
    requireService(service, 'a ThriftClient');
  }
  const names = options.services.map(serviceName).join(', ');
  resolveOptions(`client(${names})`, tableFor(options.services), options);
  requireIdl(options.services, options.idl);
  const ofConnections = Object.keys(pickOptions(CLIENT_OPTIONS, options));
  if (options.connectionsOf !== undefined && ofConnections.length > 0) {
    throw new TypeError(
      `client(${names}) uses the connections of another client; set there what belongs to connections: ${ofConnections.join(', ')}`,
    );
  }
}

/** The table of options whose `methods` are those of the services, so that another name is an unknown option. */
function tableFor(services: readonly (ServiceDefinition | string)[]): OptionTable {
  const definitions = services.filter((service) => typeof service !== 'string');
  if (definitions.length < services.length) {
    return THRIFT_CLIENT_OPTIONS;
  }
  const names = definitions.flatMap(({ methods }) => Object.keys(methods));
  return { ...THRIFT_CLIENT_OPTIONS, methods: policiesByMethod(names) };
}
