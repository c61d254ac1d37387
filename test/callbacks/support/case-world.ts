import type { MethodDefinition } from '@nestjs-thrift/codec';
import {
  ClientGovernance,
  type ClientGovernanceOptions,
  type GovernanceEvent,
} from '@nestjs-thrift/governance';
import {
  ClientTransport,
  type ClientTransportOptions,
  type MethodHandler,
  ServerTransport,
  type ServerTransportOptions,
} from '@nestjs-thrift/transport';
import { createMethodInvoker, type MethodInvoker } from '@nestjs-thrift/transport/internal';
import { Echo, echoService } from '#test/echo-service.js';

/** The method the cases call. */
export const echo: MethodDefinition = { ...Echo.methods['echo']!, idempotent: true };

/** A client under governance. */
export interface GovernedEcho {
  readonly governance: ClientGovernance;
  readonly transport: ClientTransport;
  readonly events: readonly GovernanceEvent[];
  readonly call: MethodInvoker;
}

/** Servers and clients of a case; outside of Jest, which closes those of tests. */
export class CaseWorld {
  readonly #closing: (() => unknown)[] = [];

  /** Ends what the case began, the last one first. */
  readonly close = async (): Promise<void> => {
    for (const close of this.#closing.splice(0).toReversed()) {
      await close();
    }
  };

  onClose(close: () => unknown): void {
    this.#closing.push(close);
  }

  async serve(
    handler: MethodHandler = ({ text }) => text,
    options: ServerTransportOptions = {},
  ): Promise<ServerTransport> {
    const where = { port: 0, host: '127.0.0.1' };
    const server = new ServerTransport([echoService({ echo: handler })], { ...where, ...options });
    await server.listen();
    this.onClose(() => server.close({ drainTimeoutMs: 0 }));
    return server;
  }

  govern(
    options: Omit<ClientGovernanceOptions, 'service'>,
    transportOptions: ClientTransportOptions = {},
  ): GovernedEcho {
    const transport = new ClientTransport(transportOptions);
    this.onClose(() => transport.close(0));
    const governance = new ClientGovernance({ service: Echo, ...options });
    this.onClose(() => governance.close());
    const events: GovernanceEvent[] = [];
    governance.onEvent((event) => events.push(event));
    const endpoint = governance.wrap(echo, (attempt) => transport.call(attempt));
    return { governance, transport, events, call: createMethodInvoker(Echo, echo, endpoint) };
  }
}
