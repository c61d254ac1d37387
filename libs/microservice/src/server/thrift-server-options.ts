import type { AccessRule, GovernanceConfigSource } from '@nestjs-thrift/governance';
import type { IncomingCall } from '@nestjs-thrift/transport';
import {
  callback,
  DRAIN_OPTIONS,
  group,
  integer,
  listOf,
  number,
  object,
  type OptionsOf,
  SERVER_OPTIONS,
} from '@nestjs-thrift/transport/internal';
import { IDL } from '../idl/compile-idl.js';
import { SERVICES_OPTION } from '../idl/resolve-services.js';
import { REGISTRATION_OPTIONS } from './register-server.js';

const { onHandlerError: _ofThriftServer, ...TRANSPORT_OPTIONS } = SERVER_OPTIONS;

/** Options of a server of Nest. */
export const THRIFT_SERVER_OPTIONS = {
  ...TRANSPORT_OPTIONS,
  /**
   * The services this server offers: generated definitions, or names in the IDL. Default: all services that controllers
   * of the application are decorated for. Name them when one process runs several servers.
   */
  services: SERVICES_OPTION,
  /** Where services given by name come from. The parser is loaded only if it is needed. */
  idl: IDL,
  /** Requests per second; additional requests fail with a LimitExceededError; 0 for no limit. Kitex: limit.Option.MaxQPS. */
  maxQps: number({ min: 0, default: 0 }),
  /** Requests served at once; additional requests fail with a LimitExceededError; 0 for no limit. */
  maxConcurrency: integer({ default: 0 }),
  /** Streams open at once; additional streams fail with a LimitExceededError; 0 for no limit. */
  maxStreams: integer({ default: 0 }),
  /**
   * Streams that one caller, by its registry name, has open at once; callers without a name count as one; additional streams fail with
   * a LimitExceededError; 0 for no limit.
   */
  maxStreamsPerCaller: integer({ default: 0 }),
  /** Asked in order for each request; what the first one returns refuses it. Kitex: WithACLRules. */
  accessRules: listOf(callback<AccessRule<IncomingCall>>()),
  /**
   * Its limits for `serviceName` take precedence over those given here, and are followed as they change. Default: the one of
   * `ThriftModule.forRoot({ governance })`.
   */
  config: object<GovernanceConfigSource>('a source of policies'),
  /** Makes the server known to clients once it listens, and first of all takes it out again when it drains. */
  registration: group(REGISTRATION_OPTIONS),
  ...DRAIN_OPTIONS,
};

/** How a {@link ThriftServer} listens, what it serves and how it stops. */
export interface ThriftServerOptions extends OptionsOf<typeof THRIFT_SERVER_OPTIONS> {}
