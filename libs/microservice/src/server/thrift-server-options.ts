import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { ServerTransportOptions } from '@nestjs-thrift/transport';
import type { IdlOptions } from '../idl/idl-options.js';

/** How a {@link ThriftServer} listens, what it serves and how it stops. */
export interface ThriftServerOptions extends Omit<ServerTransportOptions, 'onHandlerError'> {
  /**
   * The services this server offers: generated definitions, or names in the IDL. Default: all services that controllers
   * of the application are decorated for. Name them when one process runs several servers.
   */
  readonly services?: readonly (ServiceDefinition | string)[];
  /** Where services given by name come from. The parser is loaded only if it is needed. */
  readonly idl?: IdlOptions;
  /**
   * Time between the status `draining` and the end of accepting connections, in milliseconds: what discovery needs to
   * stop sending callers here. Default 0.
   */
  readonly drainDelayMs?: number;
  /** Time for requests in flight to end once no more are accepted, in milliseconds. Default 5,000. Kitex: WithExitWaitTime. */
  readonly exitWaitMs?: number;
}
