import type { HttpExposure, Schema } from '@nestjs-thrift/idl/http';
import type { ThriftGatewayService } from './gateway-options.js';
import type { RouteSlot } from './route-slot.js';

/** Token of the {@link GatewayDefinition} of a module. */
export const GATEWAY_DEFINITION = Symbol('GATEWAY_DEFINITION');

/** Token of the options that may come from the container. */
export const GATEWAY_OPTIONS_TOKEN = Symbol('GATEWAY_OPTIONS');

/** Name that a service is called by, with the token of the client for it. */
export interface GatewayClient {
  readonly service: ThriftGatewayService['service'];
  readonly name: string;
  readonly clientName: string;
}

/** A gateway after its IDL is loaded. */
export interface GatewayDefinition {
  readonly schema: Schema;
  readonly slots: readonly RouteSlot[];
  readonly clients: readonly GatewayClient[];
  /** Controllers of the application that serve methods in place of the gateway, by method. */
  readonly override: Readonly<Record<string, unknown>>;
  readonly expose: HttpExposure;
  /** What an i64 is for services that are given by name. */
  readonly i64: 'bigint' | 'number' | 'string';
}
