import type { MethodDefinition } from '@nestjs-thrift/codec';
import {
  ClientGovernance,
  type ClientGovernanceOptions,
  type GovernanceEvent,
} from '@nestjs-thrift/governance';
import { ClientTransport, type ClientTransportOptions } from '@nestjs-thrift/transport';
import { createMethodInvoker, type MethodInvoker } from '@nestjs-thrift/transport/internal';
import { cleanUp } from '#test/cleanup.js';
import { Echo } from '#test/echo-service.js';

/** The method the tests call; they may say that it is idempotent. */
export const echo: MethodDefinition = { ...Echo.methods['echo']!, idempotent: true };

/** A client under governance. */
export interface GovernedEcho {
  readonly governance: ClientGovernance;
  readonly transport: ClientTransport;
  readonly events: readonly GovernanceEvent[];
  readonly call: MethodInvoker;
}

/** Makes a client of Echo with policies; it is closed when the test ends. */
export function governEcho(
  options: Omit<ClientGovernanceOptions, 'service'>,
  transportOptions: ClientTransportOptions = {},
): GovernedEcho {
  const transport = new ClientTransport(transportOptions);
  const governance = new ClientGovernance({ service: Echo, onWarning: () => {}, ...options });
  const events: GovernanceEvent[] = [];
  governance.onEvent((event) => {
    events.push(event);
    if (event.type === 'instances') {
      event.removed.forEach(({ address }) => transport.removeEndpoint(address));
    }
  });
  cleanUp(() => transport.close(0));
  cleanUp(() => governance.close());
  const endpoint = governance.wrap(echo, (attempt) => transport.call(attempt));
  return { governance, transport, events, call: createMethodInvoker(Echo, echo, endpoint) };
}
