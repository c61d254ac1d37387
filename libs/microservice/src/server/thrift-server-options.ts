import type { ThriftServerAddress } from './thrift-server-events.js';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { AccessRule, GovernanceConfigSource, ServerLimits } from '@nestjs-thrift/governance';
import type { IncomingCall, ServerTransportOptions } from '@nestjs-thrift/transport';
import type { IdlOptions } from '../idl/compile-idl.js';
import type { ServerRegistrationOptions } from './register-server.js';

/** The parts of the address a server listens on: `host:port`, `[IPv6]:port`, or `unix:/path`. */
export function readAddress(address: string): ThriftServerAddress {
  if (address.startsWith('unix:')) {
    return { path: address.slice('unix:'.length) };
  }
  const colon = address.lastIndexOf(':');
  return {
    port: Number(address.slice(colon + 1)),
    host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'),
  };
}

/** How a {@link ThriftServer} listens, what it serves and how it stops. */
export interface ThriftServerOptions
  extends Omit<ServerTransportOptions, 'onHandlerError'>, ServerLimits {
  /**
   * The services this server offers: generated definitions, or names in the IDL. Default: all services that controllers
   * of the application are decorated for. Name them when one process runs several servers.
   */
  readonly services?: readonly (ServiceDefinition | string)[];
  /** Where services given by name come from. The parser is loaded only if it is needed. */
  readonly idl?: IdlOptions;
  /** Connections at once; further ones are closed. Default no limit. Kitex: limit.Option.MaxConnections. */
  readonly maxConnections?: number;
  /** Requests a second; further ones are answered with a LimitExceededError. Default no limit. Kitex: limit.Option.MaxQPS. */
  readonly maxQps?: number;
  /** Requests being served at once; further ones are answered with a LimitExceededError. Default no limit. */
  readonly maxConcurrency?: number;
  /** Asked in order for each request; what the first one returns refuses it. Kitex: WithACLRules. */
  readonly accessRules?: readonly AccessRule<IncomingCall>[];
  /**
   * Its limits for `serviceName` go before those given here, and are followed as they change. Default: the one of
   * `ThriftModule.forRoot({ governance })`.
   */
  readonly config?: GovernanceConfigSource;
  /** Makes the server known to clients once it listens, and first of all takes it out again when it drains. */
  readonly registration?: ServerRegistrationOptions;
  /**
   * Time between the status `draining` and the end of accepting connections, in milliseconds: what discovery needs to
   * stop sending callers here. Default 0.
   */
  readonly drainDelayMs?: number;
  /** Time for requests in flight to end once no more are accepted, in milliseconds. Default 5,000. Kitex: WithExitWaitTime. */
  readonly drainTimeoutMs?: number;
}
